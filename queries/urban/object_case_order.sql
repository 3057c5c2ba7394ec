-- 案件由哪张 12345 工单转来
-- grain: one row per order
-- binds: $id
select
    o.order_id,
    o.title,
    o.reported_at,
    o.closed_at
from urban.hotline_order as o
inner join urban."case" as c on o.order_id = c.order_id
where c.case_id = $id
order by o.order_id
