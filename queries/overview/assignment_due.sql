-- 逾期与临期交办清单（问题 2）：截至统计期末未销号且已过时限或两天内到时限的事项，点名牵头单位，逾期久的在前；is_of_period 为统计期内批示的
-- grain: one row per open assignment that is overdue or due within two days
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, lead_unit, theme, kind
select
    assignment_id,
    title,
    kind,
    theme,
    place_code,
    issuer_role,
    lead_unit,
    supporting_units,
    issued_at,
    due_at,
    feedback_at,
    extension_count,
    due_at < $until as is_overdue,
    issued_at >= $since as is_of_period
from overview.assignment
where
    issued_at < $until
    and due_at < $until + interval 2 day
    and (closed_at is null or closed_at >= $until)
    and status <> 'cancelled'
    and starts_with(place_code, $area)
    and $filters
order by due_at, lead_unit, assignment_id
