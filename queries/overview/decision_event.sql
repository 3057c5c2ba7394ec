-- 要拍板的事（问题 1）：截至统计期末未结案的事件，按死亡、受伤、应转未转、续报超时、办结超时和发生时间排序，不按颜色
-- grain: one row per open event inside the area
-- binds: $area (place code prefix), $until
-- filters: theme, lead_unit, district_code, kind
select
    event_id,
    title,
    theme,
    kind,
    event_grade,
    place_code,
    occurred_at,
    due_at,
    status,
    lead_unit,
    supporting_units,
    contact_name,
    contact_phone,
    next_report_at,
    dead_count,
    injured_count,
    missing_count,
    evacuate_planned_count,
    evacuated_count,
    greatest(evacuate_planned_count - coalesce(evacuated_count, 0), 0) as not_evacuated_count,
    coalesce(next_report_at < $until, false) as is_report_late,
    coalesce(due_at < $until, false) as is_overdue
from overview.event
where
    occurred_at < $until
    and (closed_at is null or closed_at >= $until)
    and status not in ('cancelled', 'suspended')
    and starts_with(place_code, $area)
    and $filters
order by
    coalesce(dead_count, 0) + coalesce(missing_count, 0) desc,
    coalesce(injured_count, 0) desc,
    greatest(coalesce(evacuate_planned_count, 0) - coalesce(evacuated_count, 0), 0) desc,
    is_report_late desc,
    is_overdue desc,
    occurred_at,
    event_id
