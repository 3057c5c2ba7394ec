-- 12345 工单转成的城管案件
-- grain: one row per case
-- binds: $id
select
    case_id,
    title,
    filed_at,
    closed_at,
    handling_unit
from urban."case"
where order_id = $id
order by case_id
