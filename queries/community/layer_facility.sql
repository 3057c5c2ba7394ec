-- 社区设施：登记现状
-- grain: one row per object
-- binds: $area (place code prefix)
select
    community_facility_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    kind as object_kind,
    case when is_open then 'ok' else 'none' end as object_state,
    address,
    capacity_person_count,
    is_open,
    is_accessible
from community.facility
where
    starts_with(place_code, $area)
order by object_id
