-- 一个单位手里的交办：截至统计期末未销号的，牵头的和配合的，先到时限的在前
-- grain: one row per open assignment that the unit leads or supports
-- binds: $unit (name, equal), $until
select
    title,
    place_code,
    lead_unit = $unit as is_lead,
    lead_unit,
    issued_at,
    due_at,
    due_at < $until as is_overdue
from overview.assignment
where
    issued_at < $until
    and (closed_at is null or closed_at >= $until)
    and status <> 'cancelled'
    and (lead_unit = $unit or list_contains(string_split(coalesce(supporting_units, ''), '|'), $unit))
order by due_at, title, assignment_id
