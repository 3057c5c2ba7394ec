-- 限时案件办理单（问题16）：截止零点仍在办、已超期、今日到期或三日内到期的案件，按处置单位和剩余工时排
-- grain: one row per open case whose limit has passed or comes within three more days, by unit, least hours first
-- binds: $area (place code prefix), $until (the clock)
-- filters: category_name, handling_unit, channel, district_code
with waiting as (
    select
        c.case_id,
        c.title,
        c.address,
        c.place_code,
        c.channel,
        c.handling_unit,
        c.supervision_count,
        c.status as case_status,
        coalesce(kind.major_name, c.type_code) as category_name,
        coalesce(c.extended_due_at, c.due_at) as limit_at
    from urban."case" as c
    left join urban.matter_type as kind
        on
            c.standard_ref = kind.standard_ref
            and c.matter_kind = kind.matter_kind
            and c.type_code = kind.type_code
    where
        c.filed_at < $until and (c.closed_at is null or c.closed_at >= $until)
        and c.status not in ('suspended', 'cancelled')
        and coalesce(c.extended_due_at, c.due_at) < $until + interval 4 day
        and starts_with(c.place_code, $area)
        and $filters
        and coalesce(c.closed_at >= c.filed_at, true)
),

-- 当日已过的工作小时：上午 08:00–12:00、下午 14:00–18:00
timed as (
    select
        waiting.*,
        extract(epoch from (waiting.limit_at - date_trunc('day', waiting.limit_at))) / 3600.0 as limit_hour
    from waiting
)

select
    timed.handling_unit,
    case
        when timed.limit_at < $until then '已超期'
        when timed.limit_at < $until + interval 1 day then '今日到期'
        else '三日内到期'
    end as due_stage,
    limit_day.worked_hour_before - today.worked_hour_before
    + case
        when limit_day.is_workday
            then
                least(greatest(timed.limit_hour - 8, 0), 4) + least(greatest(timed.limit_hour - 14, 0), 4)
        else 0
    end as work_hours_left,
    timed.limit_at,
    timed.case_id,
    timed.title,
    timed.address,
    timed.category_name,
    timed.place_code,
    timed.case_status,
    timed.supervision_count
from timed
left join urban.work_clock as limit_day on cast(timed.limit_at as date) = limit_day.day_date
left join urban.work_clock as today on cast($until as date) = today.day_date
order by timed.handling_unit, timed.limit_at, timed.case_id
