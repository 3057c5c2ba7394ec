-- 单元网格图：登记的每个网格的中心点和统计期内立案、未结件数（网格边界为示意，只有中心点）
-- grain: one row per registered unit grid in service
-- binds: $area (place code prefix), $since, $until
with filed as (
    select
        unit_grid_code,
        sum(filed_count) as filed_count,
        sum(open_count) as open_count
    from urban.case_grid_daily
    where day_date >= $since and day_date < $until
    group by unit_grid_code
)

select
    grid.unit_grid_code,
    grid.place_code,
    grid.duty_grid_id,
    grid.lon,
    grid.lat,
    grid.area_ha,
    coalesce(filed.filed_count, 0) as filed_count,
    coalesce(filed.open_count, 0) as open_count
from urban.unit_grid as grid
left join filed on grid.unit_grid_code = filed.unit_grid_code
where coalesce(grid.is_in_service, true) and starts_with(grid.place_code, $area)
order by grid.unit_grid_code
