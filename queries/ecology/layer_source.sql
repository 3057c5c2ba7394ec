-- 污染源：登记现状
-- grain: one row per object
-- binds: $area (place code prefix)
select
    source_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    medium as object_kind,
    'ok' as object_state,
    industry_name,
    is_key,
    is_monitored_online,
    supervising_unit
from ecology.pollution_source
where
    starts_with(place_code, $area)
order by object_id
