-- 立案大类：辖区内各大类的立案、到期、按期结案件数
-- grain: one row per category with at least one filed case, most cases first
-- binds: $area (place code prefix), $since, $until
-- filters: category_name, handling_unit, channel, district_code
select
    category_name,
    sum(filed_count) as filed_count,
    sum(due_count) as due_count,
    sum(due_on_time_count) as due_on_time_count
from urban.case_daily
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
    and $filters
group by category_name
having sum(filed_count) > 0
order by filed_count desc, category_name
