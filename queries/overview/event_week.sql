-- 统计期内发生的事件：先死亡失踪、再受伤、再应转未转，然后未结的、级别高的、新的
-- grain: one row per event of the period inside the area
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, lead_unit, theme, kind
select
    event_id,
    title,
    theme,
    kind,
    event_grade,
    place_code,
    occurred_at,
    closed_at,
    status as event_status,
    lead_unit,
    dead_count,
    injured_count,
    missing_count,
    evacuate_planned_count,
    evacuated_count,
    greatest(evacuate_planned_count - coalesce(evacuated_count, 0), 0) as not_evacuated_count,
    closed_at is not null and closed_at < $until as is_closed,
    outcome
from overview.event
where
    occurred_at >= $since and occurred_at < $until
    and status <> 'cancelled'
    and starts_with(place_code, $area)
    and $filters
order by
    coalesce(dead_count, 0) + coalesce(missing_count, 0) desc,
    coalesce(injured_count, 0) desc,
    greatest(coalesce(evacuate_planned_count, 0) - coalesce(evacuated_count, 0), 0) desc,
    coalesce(evacuated_count, 0) desc,
    is_closed,
    event_grade nulls last,
    occurred_at desc,
    event_id
