-- 路网小时量：各地各等级道路每小时的累加量，指数由和算出，不平均
-- grain: one row per place, road class and hour with data anywhere in the city
-- binds: none
select
    place_code,
    road_class,
    hour_at,
    hour_at::date as day_date,
    extract(hour from hour_at) as hour_of_day,
    extract(hour from hour_at) in (7, 8, 17, 18) as is_peak,
    sum(expected_count) as expected_count,
    sum(sampled_count) as sampled_count,
    sum(assumed_flow_count) as assumed_flow_count,
    sum(closed_count) as closed_count,
    sum(capped_vehicle_h) as capped_vehicle_h,
    sum(free_vehicle_h) as free_vehicle_h,
    sum(vehicle_h) as vehicle_h,
    sum(vehicle_km) as vehicle_km,
    sum(sampled_km) as sampled_km,
    sum(congested_km) as congested_km
from traffic.link_hour
group by place_code, road_class, hour_at
order by place_code, hour_at, road_class
