-- 人口两处不同：社区（村）登记人口之和，与最近一月常住人口，区县相差超过百分之五
-- grain: one row where any district differs
-- binds: none
with registered as (
    select
        left(place_code, 6) as place_code,
        sum(population) as population
    from community.community
    group by left(place_code, 6)
),

monthly as (
    select
        left(place_code, 6) as place_code,
        month_date,
        sum(resident_count) as resident_count,
        max(month_date) over () as newest
    from livelihood.population_monthly
    group by left(place_code, 6), month_date
),

compared as (
    select
        registered.place_code,
        monthly.month_date,
        registered.population,
        monthly.resident_count
    from registered
    inner join monthly on registered.place_code = monthly.place_code
    where
        monthly.month_date = monthly.newest
        and abs(registered.population - monthly.resident_count) > 0.05 * monthly.resident_count
)

select
    'community.community' as source_table,
    'livelihood.population_monthly' as other_table,
    count(*) as finding_count,
    cast(min(month_date) as timestamp) as first_at,
    cast(max(month_date) as timestamp) as last_at,
    max_by(place_code || '：' || population || ' 对 ' || resident_count || ' 人', abs(population - resident_count))
        as example
from compared
having count(*) > 0
