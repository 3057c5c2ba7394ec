-- 大气污染源发现：统计期内在案的，从发现到处置
-- grain: one row per object
-- binds: $area (place code prefix), $since, $until
select
    finding_id as object_id,
    place_code,
    lon,
    lat,
    finding_id as object_name,
    air_source_kind as object_kind,
    case when handled_at is null then 'attention' else 'none' end as object_state,
    detected_at as started_at,
    handled_at as ended_at,
    finding_method,
    handling_unit,
    detected_at,
    arrived_at,
    handled_at,
    outcome
from ecology.air_source_finding
where
    starts_with(place_code, $area)
    and detected_at < $until
    and (handled_at is null or handled_at >= $since)
order by object_id
