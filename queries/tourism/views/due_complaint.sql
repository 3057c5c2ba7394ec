-- 到期投诉：有办结时限且未撤诉的旅游投诉，是否在时限内办结
-- grain: one row per complaint that has a limit and was not withdrawn
-- binds: none
select
    complaint_id,
    place_code,
    element_kind,
    category_code,
    channel,
    due_at,
    coalesce(closed_at <= due_at, false) as is_on_time
from tourism.complaint
where
    due_at is not null
    and status <> 'withdrawn'
