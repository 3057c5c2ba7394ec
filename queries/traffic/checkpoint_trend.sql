-- 卡口过车趋势：每日过车数及本市、省内其他市、省外车辆数
-- grain: one row per day
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, travel_direction
select
    day_date,
    sum(vehicle_count) as vehicle_count,
    sum(local_count) as local_count,
    sum(province_count) as province_count,
    sum(outside_count) as outside_count,
    sum(online_hour_count) as online_hour_count,
    sum(hour_count) as hour_count
from traffic.checkpoint_day
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
    and $filters
group by day_date
order by day_date
