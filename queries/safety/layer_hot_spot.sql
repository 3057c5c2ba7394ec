-- 森林热点：统计期内在案的，从发现到扑灭
-- grain: one row per object
-- binds: $area (place code prefix), $since, $until
select
    hot_spot_id as object_id,
    place_code,
    lon,
    lat,
    hot_spot_id as object_name,
    finding_method as object_kind,
    case when is_forest_fire then 'attention' else 'none' end as object_state,
    detected_at as started_at,
    coalesce(extinguished_at, verified_at) as ended_at,
    is_forest_fire,
    fire_phase,
    detected_at,
    arrived_at,
    extinguished_at,
    burned_area_ha,
    lead_unit
from safety.forest_hot_spot
where
    starts_with(place_code, $area)
    and detected_at < $until
    and (coalesce(extinguished_at, verified_at) is null or coalesce(extinguished_at, verified_at) >= $since)
order by object_id
