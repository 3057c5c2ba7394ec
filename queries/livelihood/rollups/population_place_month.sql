-- 人口月末数：各社区（村）每月末的常住、户籍和分年龄段常住人数
-- grain: one row per place and month
-- binds: none
select
    place_code,
    month_date,
    cast(sum(resident_count) as bigint) as resident_count,
    cast(sum(registered_count) as bigint) as registered_count,
    cast(coalesce(sum(resident_count) filter (where age < 15), 0) as bigint) as child_count,
    cast(coalesce(sum(resident_count) filter (where age >= 60), 0) as bigint) as elder_60_count,
    cast(coalesce(sum(resident_count) filter (where age >= 65), 0) as bigint) as elder_65_count
from livelihood.population_monthly
group by place_code, month_date
order by place_code, month_date
