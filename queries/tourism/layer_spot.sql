-- 景区：登记现状
-- grain: one row per object
-- binds: $area (place code prefix)
select
    spot_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    scenic_grade as object_kind,
    case when is_open then 'ok' else 'none' end as object_state,
    instantaneous_capacity,
    daily_capacity,
    operator_name,
    supervising_unit,
    is_ticketed,
    is_open
from tourism.scenic_spot
where
    starts_with(place_code, $area)
order by object_id
