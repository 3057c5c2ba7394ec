-- 空气质量趋势：辖区内各站每日的一项污染物日值
-- grain: one row per station and day with a valid value
-- binds: $area (place code prefix), $since, $until, $item (pm25, pm10, so2, no2, co or o3_8h)
-- filters: district_code
with day_value as (
    select
        station_id,
        day_date,
        case $item
            when 'pm25' then pm25
            when 'pm10' then pm10
            when 'so2' then so2
            when 'no2' then no2
            when 'co' then co
            when 'o3_8h' then o3_8h
        end as value
    from ecology.air_station_day
    where
        day_date >= $since and day_date < $until
        and starts_with(place_code, $area)
        and $filters
)

select
    station.name,
    day_value.day_date,
    day_value.value
from day_value
inner join ecology.air_station as station on day_value.station_id = station.station_id
where day_value.value is not null
order by station.name, day_value.day_date
