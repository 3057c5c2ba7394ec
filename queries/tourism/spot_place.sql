-- 景区与节点的位置
-- grain: one row per scenic spot or crowd node of the area
-- binds: $area (place code prefix)
-- filters: district_code
select
    spot_id as object_id,
    name,
    lon,
    lat
from tourism.scenic_spot
where starts_with(place_code, $area) and $filters
union all
select
    node_id as object_id,
    name,
    lon,
    lat
from tourism.crowd_node
where starts_with(place_code, $area) and $filters
order by object_id
