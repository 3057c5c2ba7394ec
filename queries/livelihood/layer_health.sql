-- 医疗卫生机构：登记现状
-- grain: one row per object
-- binds: $area (place code prefix)
select
    facility_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    kind as object_kind,
    case when is_open then 'ok' else 'none' end as object_state,
    facility_level,
    address,
    bed_count,
    doctor_count,
    is_open
from livelihood.health_facility
where
    starts_with(place_code, $area)
order by object_id
