-- 立案趋势：辖区内每日立案件数和 7 日均值（含当日）
-- grain: one row per day with at least one filed case
-- binds: $area (place code prefix), $since, $until
with day_count as (
    select
        day_date,
        sum(filed_count) as filed_count
    from urban.case_daily
    where
        day_date >= $since - interval 6 day and day_date < $until
        and starts_with(place_code, $area)
    group by day_date
    having sum(filed_count) > 0
),

smoothed as (
    select
        day_date,
        filed_count,
        avg(filed_count) over (order by day_date rows between 6 preceding and current row) as mean_of_7_days
    from day_count
)

select
    day_date,
    filed_count,
    mean_of_7_days
from smoothed
where day_date >= $since
order by day_date
