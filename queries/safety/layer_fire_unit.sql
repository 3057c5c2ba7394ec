-- 消防重点单位：登记现状
-- grain: one row per object
-- binds: $area (place code prefix)
select
    fire_unit_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    kind as object_kind,
    case when open_hazard_count > 0 then 'attention' else 'ok' end as object_state,
    is_connected,
    has_micro_station,
    open_hazard_count,
    last_checked_date
from safety.fire_unit
where
    starts_with(place_code, $area)
order by object_id
