-- 次日预报检验：前一日最后一次发布的次日 AQI 区间，与当日实况
-- grain: one row per place and day that has both a next-day forecast and a published AQI
-- binds: none
with last_issue as (
    select
        place_code,
        forecast_date,
        max(issued_at) as issued_at
    from ecology.air_forecast
    where
        issued_at >= forecast_date - interval 1 day
        and issued_at < forecast_date
    group by place_code, forecast_date
)

select
    forecast.place_code,
    forecast.forecast_date as day_date,
    forecast.aqi_low,
    forecast.aqi_high,
    daily.aqi,
    daily.aqi >= forecast.aqi_low and daily.aqi <= forecast.aqi_high as is_hit
from last_issue
inner join ecology.air_forecast as forecast
    on
        last_issue.place_code = forecast.place_code
        and last_issue.forecast_date = forecast.forecast_date
        and last_issue.issued_at = forecast.issued_at
inner join ecology.air_city_daily as daily
    on forecast.place_code = daily.place_code and forecast.forecast_date = daily.day_date
where
    daily.is_in_force
    and daily.aqi is not null
    and forecast.aqi_low is not null
    and forecast.aqi_high is not null
order by forecast.place_code, forecast.forecast_date
