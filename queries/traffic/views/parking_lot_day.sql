-- 停车场日：停车日统计配上登记的类型、泊位数和是否景区停车场
-- grain: one row per lot and day
-- binds: none
select
    daily.lot_id,
    daily.place_code,
    daily.day_date,
    daily.vehicle_in_count,
    daily.vehicle_out_count,
    daily.stay_hour,
    daily.peak_occupied_count,
    daily.full_min,
    lot.kind,
    lot.space_count,
    lot.kind = 'scenic' or lot.spot_id is not null or lot.node_id is not null as is_scenic
from traffic.parking_daily as daily
inner join traffic.parking_lot as lot on daily.lot_id = lot.lot_id
