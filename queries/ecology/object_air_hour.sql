-- 一个空气站截止前最近 24 小时的小时值
-- grain: one row per hour, the newest first
-- binds: $id, $until
select
    observed_at,
    pm25,
    pm10,
    o3,
    no2,
    so2
from ecology.air_hourly
where station_id = $id and observed_at < $until
order by observed_at desc
limit 24
