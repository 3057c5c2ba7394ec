-- 气象站：登记现状
-- grain: one row per object
-- binds: $area (place code prefix)
select
    weather_station_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    kind as object_kind,
    'ok' as object_state,
    altitude_m
from overview.weather_station
where
    starts_with(place_code, $area)
order by object_id
