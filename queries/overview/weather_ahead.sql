-- 未来几天的天气：统计期末以前最近一次发布的预报，逐日的天气现象、气温范围、最大雨量
-- grain: one row per forecast day
-- binds: $area (place code prefix), $until
with newest as (
    select max(issued_at) as issued_at
    from overview.weather_forecast
    where issued_at < $until
)

select
    forecast.forecast_date,
    mode(forecast.weather_phenomenon) as weather_phenomenon,
    min(forecast.temperature_low_c) as temperature_low_c,
    max(forecast.temperature_high_c) as temperature_high_c,
    max(forecast.rain_mm) as rain_mm
from overview.weather_forecast as forecast
inner join newest on forecast.issued_at = newest.issued_at
where starts_with(forecast.place_code, $area) or starts_with($area, forecast.place_code)
group by forecast.forecast_date
order by forecast.forecast_date
limit 5
