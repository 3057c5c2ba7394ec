-- 学校：登记现状
-- grain: one row per object
-- binds: $area (place code prefix)
select
    school_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    school_stage as object_kind,
    case when is_open then 'ok' else 'none' end as object_state,
    address,
    is_public,
    is_boarding,
    is_open
from livelihood.school
where
    starts_with(place_code, $area)
order by object_id
