-- 一个事件的处置单位：派遣、签收、到场、反馈各到了哪一步
-- grain: one row per unit and dispatch of the event
-- binds: $event_id
select
    step_no,
    handling_unit,
    is_lead,
    dispatched_at,
    due_at,
    acknowledged_at,
    arrived_at,
    feedback_at,
    status,
    contact_name,
    contact_phone
from overview.event_task
where event_id = $event_id
order by step_no
