-- 现在什么天气：统计期末以前最近一个整点，本地有效观测的气温范围、最大小时雨量、最大风速
-- grain: one row when any station reported, none otherwise
-- binds: $area (place code prefix), $until
with newest as (
    select max(observed_at) as observed_at
    from overview.weather_hourly
    where observed_at < $until and starts_with(place_code, $area)
)

select
    hourly.observed_at,
    min(hourly.temperature_c) as temperature_low_c,
    max(hourly.temperature_c) as temperature_high_c,
    max(hourly.rain_mm) as rain_mm,
    max(hourly.wind_speed_ms) as wind_speed_ms,
    min(hourly.visibility_m) as visibility_m,
    count(*) as station_count
from overview.weather_hourly as hourly
inner join newest on hourly.observed_at = newest.observed_at
where starts_with(hourly.place_code, $area)
group by hourly.observed_at
