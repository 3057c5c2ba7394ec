-- 政务服务事项数：各地各类事项总数与全程网办数
-- grain: one row per place and kind of item
-- binds: none
select
    place_code,
    kind,
    max(updated_date) as updated_date,
    count(*) as item_count,
    count(*) filter (where is_fully_online) as online_count
from livelihood.service_item
group by place_code, kind
order by place_code, kind
