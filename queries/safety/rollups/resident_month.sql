-- 常住人口：各区县每月常住人口，供按人口计算的安全指标作分母
-- grain: one row per district (city's own rows under 3410) and month
-- binds: none
select
    left(place_code, 6) as place_code,
    month_date,
    sum(resident_count)::bigint as resident_count
from livelihood.population_monthly
group by left(place_code, 6), month_date
order by place_code, month_date
