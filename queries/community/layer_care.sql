-- 养老与护理机构：登记现状
-- grain: one row per object
-- binds: $area (place code prefix)
select
    institution_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    kind as object_kind,
    case when is_open then 'ok' else 'none' end as object_state,
    address,
    operator_name,
    bed_count,
    occupied_bed_count,
    nursing_bed_count,
    is_open
from community.care_institution
where
    starts_with(place_code, $area)
order by object_id
