-- 路网累加量：统计期内辖区全部路段的行程时间、自由流时间、样本与应有样本之和，供算 TPI、TTI
-- grain: one row; empty sums where the area has no link
-- binds: $area (place code prefix), $since, $until
select
    sum(capped_vehicle_h) as capped_vehicle_h,
    sum(free_vehicle_h) as free_vehicle_h,
    sum(vehicle_h) as vehicle_h,
    sum(vehicle_km) as vehicle_km,
    sum(sampled_km) as sampled_km,
    sum(congested_km) as congested_km,
    sum(sampled_count) as sampled_count,
    sum(expected_count) as link_count,
    sum(assumed_flow_count) as assumed_flow_count
from traffic.road_hour
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
