-- 同一区县、同一主题、同一分类的其他事件：最近的 20 件
-- grain: one row per other event, the newest first
-- binds: $id
with this as (
    select *
    from overview.event
    where event_id = $id
)

select
    e.event_id,
    e.title,
    e.occurred_at,
    e.closed_at,
    e.lead_unit
from overview.event as e
inner join this
    on
        e.event_id <> this.event_id
        and e.theme = this.theme
        and e.category_name = this.category_name
        and left(e.place_code, 6) = left(this.place_code, 6)
order by e.occurred_at desc, e.event_id
limit 20
