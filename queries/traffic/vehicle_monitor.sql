-- 客货车辆监控：统计期内各类车辆的入网、在线（车·日）和告警处置
-- grain: one row per kind of vehicle
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, vehicle_kind
select
    vehicle_kind,
    sum(vehicle_count) filter (where vehicle_online_count is not null) as vehicle_day,
    sum(vehicle_online_count) filter (where vehicle_count is not null) as online_vehicle_day,
    1.0 * sum(vehicle_online_count) filter (where vehicle_count is not null)
    / nullif(sum(vehicle_count) filter (where vehicle_online_count is not null), 0) as online_rate,
    sum(speeding_count) as speeding_count,
    sum(fatigue_count) as fatigue_count,
    sum(handled_alarm_count) as handled_alarm_count
from traffic.vehicle_monitor_daily
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
    and $filters
group by vehicle_kind
order by vehicle_kind
