-- 景区停车场还剩多少泊位（问题 20）：统计期末最后一次报告的剩余与泊位合计，和期内曾经满位的场数
-- grain: one row; nulls where no scenic lot has reported
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, kind
with last_value as (
    select
        lot_id,
        arg_max(free_count, observed_at) as free_count,
        min(free_count) as least_free_count
    from traffic.parking_status
    where
        observed_at >= $since and observed_at < $until
        and free_count is not null
        and coalesce(data_flag, 'N') in ('N', 'R')
    group by lot_id
)

select
    count(*) as lot_count,
    count(last_value.free_count) as known_lot_count,
    sum(last_value.free_count)::bigint as free_count,
    sum(lot.space_count) filter (where last_value.free_count is not null)::bigint as space_count,
    count(*) filter (where last_value.least_free_count = 0) as filled_lot_count
from traffic.parking_lot as lot
left join last_value on lot.lot_id = last_value.lot_id
where
    (lot.kind = 'scenic' or lot.spot_id is not null or lot.node_id is not null)
    and starts_with(lot.place_code, $area)
    and $filters
