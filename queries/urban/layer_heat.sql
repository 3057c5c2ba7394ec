-- 网格热力：统计期内每个单元网格的立案件数，没有立案的不画
-- grain: one row per unit grid with a filed case
-- binds: $area (place code prefix), $since, $until
with filed as (
    select
        unit_grid_code,
        sum(filed_count) as filed_count
    from urban.case_grid_daily
    where day_date >= $since and day_date < $until and starts_with(place_code, $area)
    group by unit_grid_code
)

select
    grid.unit_grid_code as object_id,
    grid.place_code,
    grid.lon,
    grid.lat,
    coalesce(grid.area_ha, 2.72) as area_ha,
    cast(filed.filed_count as double) as amount
from filed
inner join urban.unit_grid as grid on filed.unit_grid_code = grid.unit_grid_code
where grid.lon is not null
order by grid.unit_grid_code
