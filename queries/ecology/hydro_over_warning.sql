-- 超警戒水文站清单：统计期最后一日最高水位高于警戒水位的站，超得多的在前
-- grain: one row per station above its warning level
-- binds: $area (place code prefix), $until
select
    station.name,
    station.river_name,
    station.place_code,
    day_value.highest_level_m,
    day_value.warning_water_level_m,
    station.guarantee_water_level_m,
    day_value.highest_level_m - day_value.warning_water_level_m as over_warning_m
from ecology.hydro_gauge_day as day_value
inner join ecology.hydro_station as station on day_value.hydro_station_id = station.hydro_station_id
where
    day_value.day_date = $until - interval 1 day
    and day_value.is_over_warning
    and starts_with(day_value.place_code, $area)
order by over_warning_m desc, station.hydro_station_id
