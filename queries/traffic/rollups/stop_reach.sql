-- 公交站可达：城市单元网格的人口（社区人口按网格面积分摊）与网格中心到最近启用站点的直线距离
-- grain: one row per unit grid in service with a centre point
-- binds: none
with grid as (
    select
        unit_grid_code,
        place_code,
        area_ha,
        lon,
        lat,
        left(place_code, 12) as community_code
    from urban.unit_grid
    where coalesce(is_in_service, true) and valid_to is null and lon is not null and lat is not null
),

community_area as (
    select
        community_code,
        sum(area_ha) as area_ha
    from grid
    group by community_code
),

-- metres on the plane at 30° north: 500 m is off by at most 3 m anywhere in the city
reach as (
    select
        grid.unit_grid_code,
        min(
            sqrt(
                (grid.lon - stop.lon) * (grid.lon - stop.lon) * 96486.0 * 96486.0
                + (grid.lat - stop.lat) * (grid.lat - stop.lat) * 110852.0 * 110852.0
            )
        ) as nearest_stop_m
    from grid
    cross join traffic.bus_stop as stop
    where coalesce(stop.is_open, true) and stop.lon is not null and stop.lat is not null
    group by grid.unit_grid_code
)

select
    grid.unit_grid_code,
    grid.place_code,
    grid.area_ha,
    reach.nearest_stop_m,
    reach.nearest_stop_m <= 500 as is_served,
    community.population * grid.area_ha / nullif(community_area.area_ha, 0) as population
from grid
inner join community_area on grid.community_code = community_area.community_code
left join community.community as community on grid.community_code = community.place_code
left join reach on grid.unit_grid_code = reach.unit_grid_code
order by grid.place_code
