-- 停车场运行：统计期内各联网停车场的占用率、周转、平均停放时长和满位小时数
-- grain: one row per connected lot, the fullest first
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, kind
with filled as (
    select
        lot_id,
        1.0 * sum(occupied_sum) / nullif(sum(space_sum), 0) as occupancy_rate
    from traffic.parking_hour
    where day_date >= $since and day_date < $until
    group by lot_id
),

moved as (
    select
        lot_id,
        1.0 * sum(vehicle_in_count) / nullif(sum(space_count) filter (where vehicle_in_count is not null), 0)
            as turnover,
        sum(stay_hour) filter (where vehicle_out_count is not null)
        / nullif(sum(vehicle_out_count) filter (where stay_hour is not null), 0) as average_hour,
        sum(full_min) / 60.0 as full_hour
    from traffic.parking_lot_day
    where day_date >= $since and day_date < $until
    group by lot_id
)

select
    lot.lot_id,
    lot.name,
    lot.kind,
    lot.kind as parking_lot_kind,
    lot.place_code,
    lot.lon,
    lot.lat,
    lot.space_count,
    filled.occupancy_rate,
    moved.turnover,
    moved.average_hour,
    moved.full_hour
from traffic.parking_lot as lot
left join filled on lot.lot_id = filled.lot_id
left join moved on lot.lot_id = moved.lot_id
where
    lot.is_connected
    and starts_with(lot.place_code, $area)
    and $filters
order by moved.full_hour desc nulls last, filled.occupancy_rate desc nulls last, lot.lot_id
