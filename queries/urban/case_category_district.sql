-- 大类 × 区县：各区县（市直和管委会各自成行）各大类的立案件数
-- grain: one row per category and district (or city unit) with at least one filed case, the largest kind first
-- binds: $area (place code prefix), $since, $until
-- filters: category_name, handling_unit, channel, district_code
select
    category_name,
    left(place_code, 6) as district_code,
    sum(filed_count) as filed_count
from urban.case_daily
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
    and $filters
group by category_name, left(place_code, 6)
having sum(filed_count) > 0
order by sum(sum(filed_count)) over (partition by category_name) desc, category_name, district_code
