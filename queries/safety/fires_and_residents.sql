-- 火灾起数与常住人口：统计期内有效 119 火灾起数，期末前最近一月的常住人口，以及普查人口
-- grain: one row
-- binds: $area (place code prefix), $since, $until
with calls as (
    select
        count(*) as row_count,
        sum(valid_count) filter (
            where call_line = '119' and kind = 'fire' and starts_with(place_code, $area)
        )::bigint as fire_count
    from safety.alarm_day
    where day_date >= $since and day_date < $until
),

newest as (
    select max(month_date) as month_date
    from safety.resident_month
    where month_date < $until
),

residents as (
    select
        max(month.month_date) as month_date,
        sum(month.resident_count)::bigint as resident_count
    from safety.resident_month as month
    inner join newest on month.month_date = newest.month_date
    where starts_with(month.place_code, $area)
),

census as (
    select
        max(population) as population,
        max(population_year) as population_year
    from common.division
    where place_code = $area
)

select
    case when calls.row_count > 0 then coalesce(calls.fire_count, 0) end as fire_count,
    residents.resident_count,
    residents.month_date as resident_month,
    census.population as census_count,
    census.population_year as census_year
from calls
cross join residents
cross join census
