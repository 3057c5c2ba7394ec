-- 现在哪里堵、什么原因、多久能通（问题 19）：统计期末未恢复的交通事件，先伤亡、再超过预计恢复时间、再排队长度
-- grain: one row per incident that is open at the end of the period
-- binds: $area (place code prefix), $until
-- filters: corridor_id, district_code, incident_cause, travel_direction, kind
select
    incident_id,
    kind,
    incident_cause,
    place_code,
    road_name,
    corridor_id,
    travel_direction,
    lon,
    lat,
    occurred_at,
    arrived_at,
    expected_clear_at,
    coalesce(expected_clear_at < $until, false) as is_overdue,
    queue_m,
    closed_lane_count,
    event_grade,
    dead_count,
    injured_count,
    lead_unit,
    handling_unit,
    contact_name,
    contact_phone,
    next_report_at,
    note
from traffic.incident
where
    occurred_at < $until
    and (cleared_at is null or cleared_at >= $until)
    and status <> 'cancelled'
    and starts_with(place_code, $area)
    and $filters
order by
    coalesce(dead_count, 0) + coalesce(injured_count, 0) desc,
    is_overdue desc,
    queue_m desc nulls last,
    occurred_at,
    incident_id
