-- 立案时段：每日每小时每区县的立案件数
-- grain: one row per day, hour of the day and district (or city unit) with at least one filed case
-- binds: none
select
    cast(filed_at as date) as day_date,
    extract(hour from filed_at) as hour_of_day,
    left(place_code, 6) as place_code,
    count(*) as filed_count
from urban."case"
where filed_at is not null
group by cast(filed_at as date), extract(hour from filed_at), left(place_code, 6)
order by day_date, hour_of_day, place_code
