-- 限时工单办理单：截止零点未办结、已超期、今日到期或三日内到期的 12345 工单，按处置单位和时限排
-- grain: one row per open order whose limit has passed or comes within three more days, by unit, nearest limit first
-- binds: $area (place code prefix), $until (the clock)
-- filters: topic_name, handling_unit, district_code
select
    handling_unit,
    case
        when due_at < $until then '已超期'
        when due_at < $until + interval 1 day then '今日到期'
        else '三日内到期'
    end as due_stage,
    extract(epoch from (due_at - $until)) / 3600.0 as hours_left,
    due_at,
    order_id,
    title,
    topic_name,
    place_code,
    repeat_count,
    return_count
from urban.hotline_order
where
    reported_at < $until and (closed_at is null or closed_at >= $until)
    and coalesce(status, '') <> 'cancelled'
    and due_at < $until + interval 4 day
    and starts_with(place_code, $area)
    and $filters
order by handling_unit, due_at, order_id
