-- 旅游要素：登记现状
-- grain: one row per object
-- binds: $area (place code prefix)
select
    element_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    element_kind as object_kind,
    case when is_open then 'ok' else 'none' end as object_state,
    category_name,
    address,
    capacity_count,
    is_open
from tourism.element
where
    starts_with(place_code, $area)
order by object_id
