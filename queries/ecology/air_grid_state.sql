-- 大气网格现状：登记的每个网格，统计期内各类发现数、期末未处置数
-- grain: one row per grid, most findings first
-- binds: $area (place code prefix), $since, $until
-- filters: district_code
with valid as (
    select
        air_grid_id,
        detected_at >= $since as is_new,
        handled_at is null or handled_at >= $until as is_open,
        air_source_kind as kind
    from ecology.air_source_finding
    where
        detected_at < $until
        and coalesce(is_confirmed, true)
),

found as (
    select
        air_grid_id,
        count(*) filter (where is_new) as finding_count,
        count(*) filter (where is_new and kind = 'construction_dust') as construction_dust_count,
        count(*) filter (where is_new and kind = 'road_dust') as road_dust_count,
        count(*) filter (where is_new and kind = 'vehicle_exhaust') as vehicle_exhaust_count,
        count(*) filter (where is_new and kind = 'park_voc') as park_voc_count,
        count(*) filter (where is_new and kind = 'straw_burning') as straw_burning_count,
        count(*) filter (where is_new and kind = 'fireworks') as fireworks_count,
        count(*) filter (where is_open) as open_finding_count
    from valid
    group by air_grid_id
)

select
    grid.air_grid_id,
    grid.name,
    grid.place_code,
    grid.lead_unit,
    grid.officer_name,
    grid.station_count,
    grid.air_source_count,
    grid.camera_count,
    coalesce(found.finding_count, 0) as finding_count,
    coalesce(found.construction_dust_count, 0) as construction_dust_count,
    coalesce(found.road_dust_count, 0) as road_dust_count,
    coalesce(found.vehicle_exhaust_count, 0) as vehicle_exhaust_count,
    coalesce(found.park_voc_count, 0) as park_voc_count,
    coalesce(found.straw_burning_count, 0) as straw_burning_count,
    coalesce(found.fireworks_count, 0) as fireworks_count,
    coalesce(found.open_finding_count, 0) as open_finding_count
from ecology.air_grid as grid
left join found on grid.air_grid_id = found.air_grid_id
where
    starts_with(grid.place_code, $area)
    and $filters
order by finding_count desc, grid.place_code
