-- 不满意、未解决工单办理单：统计期内办结而回访评 1–2 分或回访说没有解决的 12345 工单，附是否重复诉求
-- grain: one row per such order, by unit, the newest first
-- binds: $area (place code prefix), $since, $until
-- filters: topic_name, handling_unit, district_code
select
    handling_unit,
    concat_ws(
        '、',
        case when satisfaction_score <= 2 then '不满意' end,
        case when not is_solved then '未解决' end,
        case when is_repeat then '重复诉求' end
    ) as worklist_reason,
    satisfaction_score,
    closed_at,
    callback_at,
    order_id,
    title,
    topic_name,
    place_code,
    repeat_count
from urban.hotline_order
where
    closed_at >= $since and closed_at < $until
    and (satisfaction_score <= 2 or not is_solved)
    and coalesce(status, '') <> 'cancelled'
    and starts_with(place_code, $area)
    and $filters
order by handling_unit, closed_at desc, order_id
