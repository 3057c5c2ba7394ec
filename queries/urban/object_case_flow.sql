-- 一件案件的流转：每一步谁接手、何时进入、何时移交、时限到何时
-- grain: one row per step, in order
-- binds: $id
select
    step_no,
    case_step,
    handling_unit,
    entered_at,
    handed_over_at,
    extract(epoch from (handed_over_at - entered_at)) / 3600.0 as held_hours,
    extract(epoch from (due_at - entered_at)) / 3600.0 as limit_hours,
    due_at,
    is_overdue,
    case_action,
    note
from urban.case_flow
where case_id = $id
order by step_no
