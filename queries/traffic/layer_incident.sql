-- 交通事件：统计期内在案的，从发生到恢复
-- grain: one row per object
-- binds: $area (place code prefix), $since, $until
select
    incident_id as object_id,
    place_code,
    lon,
    lat,
    coalesce(road_name, incident_id) as object_name,
    kind as object_kind,
    case when cleared_at is null then 'attention' else 'none' end as object_state,
    occurred_at as started_at,
    cleared_at as ended_at,
    incident_cause,
    queue_m,
    closed_lane_count,
    occurred_at,
    expected_clear_at,
    cleared_at,
    handling_unit
from traffic.incident
where
    starts_with(place_code, $area)
    and occurred_at < $until
    and (cleared_at is null or cleared_at >= $since)
order by object_id
