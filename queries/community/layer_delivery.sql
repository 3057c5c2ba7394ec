-- 快递服务点：登记现状
-- grain: one row per object
-- binds: $area (place code prefix)
select
    delivery_point_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    kind as object_kind,
    case when is_online then 'ok' else 'attention' end as object_state,
    operator_name,
    slot_count,
    is_online
from community.delivery_point
where
    starts_with(place_code, $area)
order by object_id
