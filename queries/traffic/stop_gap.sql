-- 哪里没车坐（问题 21）：500 米内没有启用公交站的人口最多的社区
-- grain: one row per community with unit grids, most people without a stop first
-- binds: $area (place code prefix)
select
    left(reach.place_code, 12) as community_code,
    division.name,
    sum(reach.population) as population,
    sum(reach.population) filter (where not reach.is_served) as unserved_population,
    count(*) as grid_count,
    count(*) filter (where not reach.is_served) as unserved_grid_count,
    max(reach.nearest_stop_m) as farthest_m
from traffic.stop_reach as reach
left join common.division as division on left(reach.place_code, 12) = division.place_code
where starts_with(reach.place_code, $area)
group by left(reach.place_code, 12), division.name
having count(*) filter (where not reach.is_served) > 0
order by unserved_population desc nulls last, community_code
limit 20
