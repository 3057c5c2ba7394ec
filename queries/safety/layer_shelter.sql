-- 避难安置点：登记现状
-- grain: one row per object
-- binds: $area (place code prefix)
select
    shelter_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    kind as object_kind,
    case when is_open then 'attention' else 'ok' end as object_state,
    address,
    capacity_person_count,
    sheltered_count,
    is_open,
    lead_unit
from safety.shelter
where
    starts_with(place_code, $area)
order by object_id
