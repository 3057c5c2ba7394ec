-- 本地日值：统计期内每日的六项浓度（现行或指定版标准的那一行）
-- grain: one row per day of the area
-- binds: $area (place code, equal), $since, $until, $ruler (edition of the standard, '' = the one in force each day)
select
    day_date,
    aqi_standard,
    so2,
    no2,
    pm10,
    pm25,
    co,
    o3_8h
from ecology.air_city_daily
where
    day_date >= $since and day_date < $until
    and place_code = $area
    and case when $ruler = '' then is_in_force else aqi_standard = $ruler end
order by day_date
