-- 路网一日曲线：统计期内工作日与休息日各小时的累加量，供算各小时的延误时间比和车速
-- grain: one row per kind of day (workday or not) and hour of day
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, road_class
select
    calendar.is_workday,
    road.hour_of_day,
    sum(road.capped_vehicle_h) as capped_vehicle_h,
    sum(road.free_vehicle_h) as free_vehicle_h,
    sum(road.vehicle_h) as vehicle_h,
    sum(road.vehicle_km) as vehicle_km,
    sum(road.sampled_km) as sampled_km,
    sum(road.congested_km) as congested_km,
    sum(road.sampled_count) as sampled_count,
    sum(road.expected_count) as link_count
from traffic.road_hour as road
inner join common.calendar as calendar on road.day_date = calendar.day_date
where
    road.day_date >= $since and road.day_date < $until
    and starts_with(road.place_code, $area)
    and $filters
group by calendar.is_workday, road.hour_of_day
order by calendar.is_workday desc, road.hour_of_day
