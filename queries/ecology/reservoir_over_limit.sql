-- 超汛限水库清单（问题22）：统计期最后一日水位高于汛限水位的水库，超得多的在前
-- grain: one row per reservoir above its flood limit
-- binds: $area (place code prefix), $until
select
    reservoir.name,
    reservoir.kind,
    reservoir.place_code,
    reservoir.river_name,
    day_value.observed_at,
    day_value.water_level_m,
    day_value.flood_limit_level_m,
    day_value.water_level_m - day_value.flood_limit_level_m as over_limit_m,
    reservoir.supervising_unit,
    reservoir.responsible_unit
from ecology.reservoir_day as day_value
inner join ecology.reservoir as reservoir on day_value.reservoir_id = reservoir.reservoir_id
where
    day_value.day_date = $until - interval 1 day
    and day_value.is_over_limit
    and starts_with(day_value.place_code, $area)
order by over_limit_m desc, reservoir.reservoir_id
