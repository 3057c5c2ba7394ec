-- 同一区县的其他空气站
-- grain: one row per other station
-- binds: $id
select
    other.station_id as air_station_id,
    other.name,
    other.place_code
from ecology.air_station as other
inner join ecology.air_station as here
    on other.station_id <> here.station_id and left(other.place_code, 6) = left(here.place_code, 6)
where here.station_id = $id
order by other.name, other.station_id
