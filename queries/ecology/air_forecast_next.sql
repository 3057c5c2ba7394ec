-- 空气质量预报：统计期末以前最后一次发布的逐日 AQI 区间
-- grain: one row per forecast day of the area
-- binds: $area (place code, equal), $until
select
    issued_at,
    forecast_date,
    aqi_low,
    aqi_high,
    air_level_low,
    air_level_high,
    primary_pollutant
from ecology.air_forecast
where
    place_code = $area
    and issued_at = (
        select max(latest.issued_at)
        from ecology.air_forecast as latest
        where latest.place_code = $area and latest.issued_at < $until
    )
order by forecast_date
