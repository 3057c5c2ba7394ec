-- 政务服务点：登记现状
-- grain: one row per object
-- binds: $area (place code prefix)
select
    service_point_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    service_level as object_kind,
    case when is_open then 'ok' else 'none' end as object_state,
    address,
    is_24h,
    is_age_friendly,
    item_count,
    self_service_count,
    is_open
from livelihood.service_point
where
    starts_with(place_code, $area)
order by object_id
