-- 已启用的避难与安置场所：位置、容量和已安置人数；公开的场所，供地图
-- grain: one row per shelter in use
-- binds: $area (place code prefix)
-- filters: district_code
select
    name,
    lon,
    lat,
    capacity_person_count,
    sheltered_count,
    sheltered_count >= capacity_person_count as is_full
from safety.shelter
where
    is_open
    and starts_with(place_code, $area)
    and $filters
order by shelter_id
