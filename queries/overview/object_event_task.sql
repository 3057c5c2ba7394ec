-- 一个事件的任务：每一步谁承办，何时派遣、签收、到场、反馈，时限到何时
-- grain: one row per step, in order
-- binds: $id, $until
select
    step_no,
    handling_unit,
    dispatched_at,
    acknowledged_at,
    arrived_at,
    feedback_at,
    extract(epoch from (feedback_at - dispatched_at)) / 3600.0 as held_hours,
    extract(epoch from (due_at - dispatched_at)) / 3600.0 as limit_hours,
    due_at,
    coalesce(feedback_at, cast($until as timestamp)) > due_at as is_overdue,
    feedback
from overview.event_task
where event_id = $id
order by step_no
