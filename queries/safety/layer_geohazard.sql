-- 地质灾害点：登记现状
-- grain: one row per object
-- binds: $area (place code prefix)
select
    geohazard_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    kind as object_kind,
    case when has_auto_monitor and not is_online then 'attention' else 'ok' end as object_state,
    threatened_household_count,
    threatened_count,
    has_auto_monitor,
    is_online,
    last_checked_date
from safety.geohazard_point
where
    starts_with(place_code, $area)
order by object_id
