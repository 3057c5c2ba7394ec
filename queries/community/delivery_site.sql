-- 无人配送点位：各类点位登记了多少、在线多少、几个格口（机位）、几辆无人车（机）
-- grain: one row per kind of delivery point
-- binds: $area (place code prefix), $until
-- filters: district_code
select
    kind as delivery_point_kind,
    count(*) as point_count,
    count(*) filter (where is_online) as online_count,
    cast(sum(slot_count) as bigint) as slot_count,
    cast(sum(vehicle_count) as bigint) as vehicle_count
from community.delivery_point
where
    (installed_date is null or installed_date < $until)
    and starts_with(place_code, $area)
    and $filters
group by kind
order by point_count desc, delivery_point_kind
