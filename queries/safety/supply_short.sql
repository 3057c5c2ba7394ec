-- 应急物资缺口：低于储备下限的物资，缺得多的在前；仓库写到乡镇街道，不写位置
-- grain: one row per depot and item below its minimum
-- binds: $area (place code prefix), $until
-- filters: district_code, kind
select
    item_name,
    kind as emergency_supply_kind,
    left(place_code, 9) as place_code,
    quantity,
    minimum_quantity,
    minimum_quantity - quantity as short_quantity,
    measure_unit,
    lead_unit
from safety.emergency_supply
where
    quantity < minimum_quantity
    and starts_with(place_code, $area)
    and $filters
    and (data_date is null or data_date < $until + interval 6 day)
order by (minimum_quantity - quantity) / minimum_quantity desc, item_name, depot_id
