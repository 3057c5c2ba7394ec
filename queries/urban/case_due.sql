-- 今天哪些件要超期，在谁手里（问题16）：截止零点仍在办、已超期或当日到期的案件，按剩余工时排
-- grain: one row per open case that is overdue or due within a day, the most overdue first, at most 500
-- binds: $area (place code prefix), $until (the clock)
-- filters: category_name, handling_unit, channel, district_code
with waiting as (
    select *
    from urban.limited_case
    where
        filed_at < $until and (closed_at is null or closed_at >= $until)
        and limit_at < $until + interval 1 day
        and starts_with(place_code, $area)
        and $filters
)

select
    waiting.case_id,
    waiting.title,
    waiting.address,
    waiting.place_code,
    waiting.channel,
    waiting.category_name,
    waiting.case_status,
    waiting.handling_unit,
    waiting.lead_unit,
    waiting.supporting_units,
    waiting.supervision_count,
    waiting.filed_at,
    waiting.limit_at,
    waiting.limit_at < $until as is_overdue,
    extract(epoch from (waiting.limit_at - $until)) / 3600.0 as hours_left,
    waiting.limit_work_hour - today.worked_hour_before as work_hours_left
from waiting
left join urban.work_clock as today on cast($until as date) = today.day_date
order by waiting.limit_at, waiting.case_id
limit 500
