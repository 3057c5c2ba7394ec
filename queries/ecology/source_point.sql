-- 污染源图层：重点污染源与大气源清单中可上图的点；涉危险化学品的没有坐标，不在其中
-- grain: one row per source with coordinates
-- binds: $area (place code prefix)
select
    'pollution_source' as layer,
    source_id as object_id,
    name,
    medium as class_code,
    is_monitored_online as is_watched,
    place_code,
    lon,
    lat
from ecology.pollution_source
where lon is not null and starts_with(place_code, $area)
union all
select
    'air_source' as layer,
    air_source_id as object_id,
    name,
    kind as class_code,
    has_video or has_sensor as is_watched,
    place_code,
    lon,
    lat
from ecology.air_source
where lon is not null and coalesce(is_operating, true) and starts_with(place_code, $area)
order by layer, object_id, class_code
