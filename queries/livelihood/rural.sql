-- 农村专题库：每项指标最近一年有几个地方报了数，最低、中位、最高各是多少；口径不一定可加，不求和
-- grain: one row per indicator of the rural database
-- binds: $area (place code prefix), $until
-- filters: district_code
with newest as (
    select
        *,
        max(year) over (partition by indicator_id) as last_year
    from livelihood.rural_yearly
    where
        data_date < $until
        and starts_with(place_code, $area)
        and $filters
)

select
    indicator_id,
    max(name) as name,
    cast(max(year) as varchar) as newest_year,
    max(measure_unit) as measure_unit,
    count(value) as place_count,
    min(value) as least_value,
    median(value) as median_value,
    max(value) as most_value
from newest
where year = last_year
group by indicator_id
order by indicator_id
