-- 部件底数：辖区内每类部件的个数、完好、破损、丢失和有物联终端的个数（快照时的登记现状）
-- grain: one row per class and kind
-- binds: $area (place code prefix, down to the community)
select
    category_name,
    kind_name,
    sum(component_count) filter (where status <> 'removed') as component_count,
    coalesce(sum(component_count) filter (where status = 'intact'), 0) as intact_count,
    coalesce(sum(component_count) filter (where status = 'damaged'), 0) as damaged_count,
    coalesce(sum(component_count) filter (where status = 'lost'), 0) as lost_count,
    sum(sensor_count) filter (where status <> 'removed') as sensor_count
from urban.component_stock
where starts_with(place_code, $area)
group by category_name, kind_name
order by category_name, component_count desc, kind_name
