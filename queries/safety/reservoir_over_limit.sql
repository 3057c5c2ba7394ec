-- 超汛限水库：统计期末前 24 小时内最近一次有效水位高于汛限水位的座数，与有水位、登记在册的座数
-- grain: one row
-- binds: $area (place code prefix), $until
-- filters: district_code
with newest as (
    select
        reservoir_id,
        water_level_m,
        row_number() over (partition by reservoir_id order by observed_at desc) as newest
    from ecology.reservoir_hourly
    where
        observed_at >= $until - interval 1 day and observed_at < $until
        and water_level_m is not null
        and coalesce(data_flag, 'N') in ('N', 'R')
)

select
    count(*) filter (where newest.water_level_m > reservoir.flood_limit_level_m) as over_count,
    count(*) filter (
        where newest.water_level_m is not null and reservoir.flood_limit_level_m is not null
    ) as known_count,
    count(*) as reservoir_count
from ecology.reservoir as reservoir
left join newest on reservoir.reservoir_id = newest.reservoir_id and newest.newest = 1
where
    starts_with(reservoir.place_code, $area)
    and $filters
