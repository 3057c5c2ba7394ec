-- 累计达标线对目标线（问题7）：统计期末所在日历年，逐日累计的超标天数、无有效数据天数
-- grain: one row per day of the area from New Year to the end of the period
-- binds: $area (place code, equal), $until
with span as (
    select cast(date_trunc('year', $until - interval 1 day) as date) as first_day
)

select
    calendar.day_date,
    daily.aqi,
    daily.air_level,
    count(*) filter (where daily.aqi > 100) over (order by calendar.day_date) as exceeded_day_count,
    count(*) filter (where daily.aqi is null) over (order by calendar.day_date) as unknown_day_count
from span
inner join common.calendar as calendar on calendar.day_date >= span.first_day
left join ecology.air_city_daily as daily
    on
        calendar.day_date = daily.day_date
        and daily.place_code = $area
        and daily.is_in_force
where calendar.day_date < $until
order by calendar.day_date
