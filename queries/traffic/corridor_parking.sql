-- 景区停车场还剩多少泊位（问题 20）：统计期末最后一次剩余数、期内最少剩余数及其时刻、满位小时数
-- grain: one row per scenic parking lot, the fullest first
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, kind
with hour_value as (
    select
        lot_id,
        hour_at,
        least_free_count
    from traffic.parking_hour
    where day_date >= $since and day_date < $until and least_free_count is not null
),

tight as (
    select
        lot_id,
        min(least_free_count) as least_free_count,
        arg_min(hour_at, least_free_count) as tightest_hour_at
    from hour_value
    group by lot_id
),

last_value as (
    select
        lot_id,
        max(observed_at) as observed_at,
        arg_max(free_count, observed_at) as free_count
    from traffic.parking_status
    where
        observed_at >= $since and observed_at < $until
        and free_count is not null
        and coalesce(data_flag, 'N') in ('N', 'R')
    group by lot_id
),

filled as (
    select
        lot_id,
        sum(full_min) / 60.0 as full_hour
    from traffic.parking_daily
    where day_date >= $since and day_date < $until
    group by lot_id
)

select
    lot.lot_id,
    lot.name,
    lot.kind,
    lot.place_code,
    lot.spot_id,
    lot.node_id,
    lot.lon,
    lot.lat,
    lot.space_count,
    last_value.observed_at as last_observed_at,
    last_value.free_count as last_free_count,
    tight.least_free_count,
    tight.tightest_hour_at,
    filled.full_hour
from traffic.parking_lot as lot
left join last_value on lot.lot_id = last_value.lot_id
left join tight on lot.lot_id = tight.lot_id
left join filled on lot.lot_id = filled.lot_id
where
    (lot.kind = 'scenic' or lot.spot_id is not null or lot.node_id is not null)
    and starts_with(lot.place_code, $area)
    and $filters
order by filled.full_hour desc nulls last, tight.least_free_count nulls last, lot.lot_id
