-- 前五类未办结投诉（问题 6）：截至统计期末未办结件最多的五类，逐件列被投诉商家、时限和处置单位，超期的在前
-- grain: one row per complaint open at the end of the period in the five categories with most open ones
-- binds: $area (place code prefix), $until
-- filters: channel, element_kind, district_code
with still_open as (
    select
        *,
        coalesce(category_name, '未分类') as category
    from tourism.complaint
    where
        accepted_at < $until
        and (closed_at is null or closed_at >= $until)
        and coalesce(is_valid, true)
        and starts_with(place_code, $area)
        and $filters
),

top_five as (
    select
        category,
        count(*) as open_count
    from still_open
    group by category
    order by open_count desc, category
    limit 5
)

select
    top_five.category as category_name,
    top_five.open_count,
    still_open.complaint_id,
    still_open.element_kind,
    still_open.merchant_name,
    still_open.place_code,
    still_open.channel,
    still_open.accepted_at,
    still_open.due_at,
    coalesce(still_open.due_at < $until, false) as is_overdue,
    still_open.handling_unit
from top_five
inner join still_open on top_five.category = still_open.category
order by
    top_five.open_count desc, top_five.category, is_overdue desc, still_open.due_at nulls last, still_open.complaint_id
