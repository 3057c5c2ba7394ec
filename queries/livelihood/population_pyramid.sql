-- 人口金字塔：统计期末以前最近一个月的常住人口，每 5 岁一档，90 岁及以上并为一档
-- grain: one row per band of five years, youngest first
-- binds: $area (place code prefix), $until
-- filters: district_code
with newest as (
    select
        *,
        max(month_date) over () as last_month_date
    from livelihood.population_monthly
    where
        month_date < $until
        and starts_with(place_code, $area)
        and $filters
)

select
    least(age // 5 * 5, 90) as first_age,
    sum(resident_count) filter (where sex = '1') as male_count,
    sum(resident_count) filter (where sex = '2') as female_count,
    max(month_date) as month_date
from newest
where month_date = last_month_date
group by least(age // 5 * 5, 90)
order by first_age
