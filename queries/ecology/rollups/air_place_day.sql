-- 地方空气日值：全市与各区县当日六项浓度，有效站日再平均；尚未评价
-- grain: one row per place (city 3410, districts) and day on which at least one station has a valid value
-- binds: none
with valid as (
    select
        *,
        coalesce(pm25, pm10, so2, no2, co, o3_8h) is not null as is_valid
    from ecology.air_station_day
),

by_place as (
    select
        '3410' as place_code,
        day_date,
        avg(pm25) as pm25,
        avg(pm10) as pm10,
        avg(so2) as so2,
        avg(no2) as no2,
        avg(co) as co,
        avg(o3_8h) as o3_8h,
        count(*) filter (where is_valid) as station_count
    from valid
    where is_in_city_mean
    group by day_date
    union all
    select
        left(place_code, 6) as place_code,
        day_date,
        avg(pm25) as pm25,
        avg(pm10) as pm10,
        avg(so2) as so2,
        avg(no2) as no2,
        avg(co) as co,
        avg(o3_8h) as o3_8h,
        count(*) filter (where is_valid) as station_count
    from valid
    where length(place_code) >= 6
    group by left(place_code, 6), day_date
)

select *
from by_place
where station_count > 0
order by place_code, day_date
