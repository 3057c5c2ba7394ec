-- 涉及一个景区的事件：最近的 20 件
-- grain: one row per event, the newest first
-- binds: $id
select
    event_id,
    title,
    occurred_at,
    closed_at,
    lead_unit
from overview.event
where spot_id = $id
order by occurred_at desc, event_id
limit 20
