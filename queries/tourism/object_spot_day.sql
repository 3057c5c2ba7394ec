-- 一处景区截止前最近 14 天：游客、最高在园、预约和停售
-- grain: one row per day, the newest first
-- binds: $id, $until
select
    day_date,
    visitor_count,
    peak_visitors_on_site,
    reserved_count,
    is_sale_stopped
from tourism.scenic_daily
where spot_id = $id and day_date < $until
order by day_date desc
limit 14
