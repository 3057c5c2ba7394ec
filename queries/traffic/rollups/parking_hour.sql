-- 停车场小时量：联网停车场每小时占用、剩余与泊位的累加量（时刻数 × 泊位）
-- grain: one row per connected lot and hour with at least one known count
-- binds: none
select
    status.lot_id,
    status.place_code,
    lot.kind,
    lot.kind = 'scenic' or lot.spot_id is not null or lot.node_id is not null as is_scenic,
    date_trunc('hour', status.observed_at) as hour_at,
    status.observed_at::date as day_date,
    count(status.occupied_count) as occupied_moment_count,
    sum(status.occupied_count) as occupied_sum,
    sum(lot.space_count) filter (where status.occupied_count is not null) as space_sum,
    count(status.free_count) as free_moment_count,
    sum(status.free_count) as free_sum,
    sum(lot.space_count) filter (where status.free_count is not null) as free_space_sum,
    min(status.free_count) as least_free_count
from traffic.parking_status as status
inner join traffic.parking_lot as lot on status.lot_id = lot.lot_id
where
    lot.is_connected
    and coalesce(status.data_flag, 'N') in ('N', 'R')
    and (status.occupied_count is not null or status.free_count is not null)
group by
    status.lot_id, status.place_code, lot.kind, lot.spot_id, lot.node_id, date_trunc('hour', status.observed_at),
    status.observed_at::date
order by status.place_code, status.lot_id, hour_at
