-- 还可超标几天：统计期末所在的日历年，年初至期末的有效天数、超标天数，与当年优良天数比例目标
-- grain: one row
-- binds: $area (place code, equal), $until
with span as (
    select
        cast(date_trunc('year', $until - interval 1 day) as date) as first_day,
        cast(date_trunc('year', $until - interval 1 day) + interval 1 year as date) as next_year
),

counted as (
    select
        count(daily.aqi) as valid_day_count,
        count(*) filter (where daily.aqi > 100) as exceeded_day_count
    from span
    inner join ecology.air_city_daily as daily on daily.day_date >= span.first_day
    where
        daily.day_date < $until
        and daily.place_code = $area
        and daily.is_in_force
)

select
    year(span.first_day) as year,
    date_diff('day', span.first_day, span.next_year) as year_day_count,
    date_diff('day', span.first_day, $until) as passed_day_count,
    counted.valid_day_count,
    counted.exceeded_day_count,
    target.target_value,
    target.source
from span
cross join counted
left join ecology.target_yearly as target
    on
        year(span.first_day) = target.year
        and target.place_code = $area
        and target.metric_id = 'EN02'
        and target.target_rule = '>='
