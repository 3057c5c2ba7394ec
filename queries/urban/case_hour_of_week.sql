-- 一周时段：辖区内立案件数，按星期几和小时
-- grain: one row per day of the week (1 = Monday) and hour with at least one filed case
-- binds: $area (place code prefix, down to the district), $since, $until
select
    extract(isodow from day_date) as day_of_week,
    hour_of_day,
    sum(filed_count) as filed_count
from urban.case_hourly
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
group by extract(isodow from day_date), hour_of_day
order by day_of_week, hour_of_day
