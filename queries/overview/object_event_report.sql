-- 一个事件的续报
-- grain: one row per report, in order
-- binds: $id
select
    report_no,
    reported_at,
    next_report_at,
    content,
    owner_unit
from overview.event_report
where event_id = $id
order by report_no
