-- AQI 日历：本地每日的 AQI、级别和首要污染物，按当日有效的标准
-- grain: one row per day of the area
-- binds: $area (place code, equal), $since, $until
select
    day_date,
    aqi,
    air_level,
    primary_pollutant
from ecology.air_city_daily
where
    day_date >= $since and day_date < $until
    and place_code = $area
    and is_in_force
order by day_date
