-- 临期、超期在谁手里（问题16）：各处置单位截止零点的超期、当日到期件数，当日最近的时限和离它还剩的工时
-- grain: one row per handling unit with at least one such case, worst first
-- binds: $area (place code prefix), $until (the clock)
-- filters: handling_unit, channel, district_code
with stock as (
    select
        handling_unit,
        sum(overdue_begun_count) filter (where day_date < $until)
        - sum(overdue_ended_count) filter (where day_date < $until) as overdue_count,
        sum(due_open_count) filter (where day_date = $until) as due_today_count,
        sum(opened_count) filter (where day_date < $until)
        - sum(left_count) filter (where day_date < $until) as open_count
    from urban.case_daily
    where
        day_date <= $until and starts_with(place_code, $area)
        and $filters
    group by handling_unit
),

nearest as (
    select
        handling_unit,
        min(coalesce(extended_due_at, due_at)) as next_limit_at
    from urban."case"
    where
        filed_at < $until and (closed_at is null or (closed_at >= $until and closed_at >= filed_at))
        and status not in ('suspended', 'cancelled')
        and coalesce(extended_due_at, due_at) >= $until
        and coalesce(extended_due_at, due_at) < $until + interval 1 day
        and starts_with(place_code, $area)
        and $filters
    group by handling_unit
),

-- 当日已过的工作小时：上午 08:00–12:00、下午 14:00–18:00
timed as (
    select
        *,
        extract(epoch from (next_limit_at - date_trunc('day', next_limit_at))) / 3600.0 as limit_hour
    from nearest
)

select
    stock.handling_unit,
    timed.next_limit_at,
    coalesce(stock.overdue_count, 0) as overdue_count,
    coalesce(stock.due_today_count, 0) as due_today_count,
    coalesce(stock.open_count, 0) as open_count,
    case
        when timed.next_limit_at is null then null
        when today.is_workday
            then least(greatest(timed.limit_hour - 8, 0), 4) + least(greatest(timed.limit_hour - 14, 0), 4)
        else 0
    end as least_work_hours_left
from stock
left join timed on stock.handling_unit = timed.handling_unit
left join urban.work_clock as today on cast($until as date) = today.day_date
where stock.overdue_count > 0 or stock.due_today_count > 0
order by stock.overdue_count desc nulls last, stock.due_today_count desc nulls last, stock.handling_unit
