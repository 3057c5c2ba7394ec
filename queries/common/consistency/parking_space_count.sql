-- 泊位数两处不同：停车场登记的泊位，与车位数据的占用加空闲（占用未满时）
-- grain: one row where any lot differs
-- binds: none
with counted as (
    select
        status.lot_id,
        lot.space_count,
        max(status.occupied_count + status.free_count) as counted,
        min(status.observed_at) as first_at,
        max(status.observed_at) as last_at
    from traffic.parking_status as status
    inner join traffic.parking_lot as lot on status.lot_id = lot.lot_id
    where status.free_count > 0 and lot.space_count is not null
    group by status.lot_id, lot.space_count
)

select
    'traffic.parking_lot' as source_table,
    'traffic.parking_status' as other_table,
    count(*) as finding_count,
    min(first_at) as first_at,
    max(last_at) as last_at,
    max_by(lot_id || '：登记 ' || space_count || ' 个，车位数据 ' || counted || ' 个', abs(counted - space_count))
        as example
from counted
where space_count <> counted
having count(*) > 0
