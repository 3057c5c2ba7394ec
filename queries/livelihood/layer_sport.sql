-- 体育场地：登记现状
-- grain: one row per object
-- binds: $area (place code prefix)
select
    venue_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    kind as object_kind,
    case when is_open then 'ok' else 'none' end as object_state,
    is_free_open,
    is_age_friendly,
    is_open
from livelihood.sport_venue
where
    starts_with(place_code, $area)
order by object_id
