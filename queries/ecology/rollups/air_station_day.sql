-- 空气站日值：每站每日六项污染物的日均（臭氧为日最大 8 小时），时数不足为空
-- grain: one row per station and day, from the first to the last day of air_hourly, missing days included
-- binds: none
with span as (
    select
        min(observed_at)::date as first_day,
        max(observed_at)::date as last_day
    from ecology.air_hourly
),

spine as (
    select
        station.station_id,
        station.place_code,
        coalesce(station.is_in_city_mean, true) as is_in_city_mean,
        calendar.day_date
    from ecology.air_station as station
    cross join span
    inner join common.calendar as calendar
        on calendar.day_date >= span.first_day and calendar.day_date <= span.last_day
),

hour_value as (
    select
        station_id,
        observed_at::date as day_date,
        pm25,
        pm10,
        so2,
        no2,
        co,
        o3_8h
    from ecology.air_hourly
    where coalesce(data_flag, 'N') in ('N', 'R')
),

-- HJ 663: at least 20 hours for a daily mean, 14 eight-hour values for the ozone maximum, or a maximum above the limit
day_value as (
    select
        station_id,
        day_date,
        count(pm25) as valid_hour_count,
        case when count(pm25) >= 20 then avg(pm25) end as pm25,
        case when count(pm10) >= 20 then avg(pm10) end as pm10,
        case when count(so2) >= 20 then avg(so2) end as so2,
        case when count(no2) >= 20 then avg(no2) end as no2,
        case when count(co) >= 20 then avg(co) end as co,
        case when count(o3_8h) >= 14 or max(o3_8h) > 160 then max(o3_8h) end as o3_8h
    from hour_value
    group by station_id, day_date
)

select
    spine.station_id,
    spine.place_code,
    spine.day_date,
    spine.is_in_city_mean,
    24 as expected_hour_count,
    day_value.pm25,
    day_value.pm10,
    day_value.so2,
    day_value.no2,
    day_value.co,
    day_value.o3_8h,
    coalesce(day_value.valid_hour_count, 0) as valid_hour_count
from spine
left join day_value
    on spine.station_id = day_value.station_id and spine.day_date = day_value.day_date
order by spine.place_code, spine.station_id, spine.day_date
