-- 空气站现状：登记的每个站，统计期内 PM2.5 日均的平均与有效小时占比
-- grain: one row per registered station, in the order of place and name
-- binds: $area (place code prefix), $since, $until
-- filters: district_code
with period_value as (
    select
        station_id,
        avg(pm25) as pm25,
        sum(valid_hour_count) as valid_hour_count,
        sum(expected_hour_count) as expected_hour_count
    from ecology.air_station_day
    where day_date >= $since and day_date < $until
    group by station_id
)

select
    station.station_id,
    station.name,
    station.place_code,
    station.lon,
    station.lat,
    period_value.pm25,
    period_value.valid_hour_count,
    period_value.expected_hour_count
from ecology.air_station as station
left join period_value on station.station_id = period_value.station_id
where
    starts_with(station.place_code, $area)
    and $filters
order by station.place_code, station.name
