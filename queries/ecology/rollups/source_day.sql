-- 污染源在线日汇总：各地各介质每日应有、有效、超标小时数；整日缺报也计入应有
-- grain: one row per place_code, medium and day
-- binds: none
with span as (
    select max(day_date) as last_day
    from ecology.source_daily
),

-- an outlet's pollutant is due from its first to its last row, and on to today unless it has been silent for 30 days
series as (
    select
        source_id,
        outlet_no,
        pollutant,
        min(medium) as medium,
        min(place_code) as place_code,
        min(day_date) as first_day,
        max(day_date) as last_day
    from ecology.source_daily
    group by source_id, outlet_no, pollutant
),

spine as (
    select
        series.source_id,
        series.outlet_no,
        series.pollutant,
        series.medium,
        series.place_code,
        calendar.day_date
    from series
    cross join span
    inner join common.calendar as calendar
        on
            calendar.day_date >= series.first_day
            and calendar.day_date <= case
                when series.last_day >= span.last_day - interval 30 day then span.last_day
                else series.last_day
            end
)

select
    spine.place_code,
    spine.medium,
    spine.day_date,
    cast(sum(coalesce(daily.expected_hour_count, 24)) as bigint) as expected_hour_count,
    cast(sum(coalesce(daily.valid_hour_count, 0)) as bigint) as valid_hour_count,
    cast(sum(coalesce(daily.exceed_hour_count, 0)) as bigint) as exceed_hour_count
from spine
left join ecology.source_daily as daily
    on
        spine.source_id = daily.source_id
        and spine.outlet_no = daily.outlet_no
        and spine.pollutant = daily.pollutant
        and spine.day_date = daily.day_date
group by spine.place_code, spine.medium, spine.day_date
order by spine.place_code, spine.medium, spine.day_date
