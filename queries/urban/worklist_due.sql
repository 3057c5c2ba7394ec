-- 限时案件办理单（问题16）：截止零点仍在办、已超期、今日到期或三日内到期的案件，按处置单位和剩余工时排
-- grain: one row per open case whose limit has passed or comes within three more days, by unit, least hours first
-- binds: $area (place code prefix), $until (the clock)
-- filters: category_name, handling_unit, channel, district_code
with waiting as (
    select *
    from urban.limited_case
    where
        filed_at < $until and (closed_at is null or closed_at >= $until)
        and limit_at < $until + interval 4 day
        and starts_with(place_code, $area)
        and $filters
)

select
    waiting.handling_unit,
    case
        when waiting.limit_at < $until then '已超期'
        when waiting.limit_at < $until + interval 1 day then '今日到期'
        else '三日内到期'
    end as due_stage,
    waiting.limit_work_hour - today.worked_hour_before as work_hours_left,
    waiting.limit_at,
    waiting.case_id,
    waiting.title,
    waiting.address,
    waiting.category_name,
    waiting.place_code,
    waiting.case_status,
    waiting.supervision_count
from waiting
left join urban.work_clock as today on cast($until as date) = today.day_date
order by waiting.handling_unit, waiting.limit_at, waiting.case_id
