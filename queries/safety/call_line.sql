-- 接处警：统计期内各热线的接警、有效起数、死亡人数，与到场用时中位数、P90(分钟，取半分钟分箱上界)
-- grain: one row per call line
-- binds: $area (place code prefix), $since, $until
-- filters: call_line, district_code
with called as (
    select
        call_line,
        sum(call_count)::bigint as call_count,
        sum(valid_count)::bigint as valid_count,
        sum(dead_count)::bigint as dead_count
    from safety.alarm_day
    where
        day_date >= $since and day_date < $until
        and starts_with(place_code, $area)
        and $filters
    group by call_line
),

bin as (
    select
        call_line,
        half_minute,
        sum(call_count) as call_count
    from safety.arrival_minute
    where
        day_date >= $since and day_date < $until
        and starts_with(place_code, $area)
        and $filters
    group by call_line, half_minute
),

running as (
    select
        call_line,
        half_minute,
        sum(call_count) over (partition by call_line order by half_minute) as up_to_count,
        sum(call_count) over (partition by call_line) as arrived_count
    from bin
),

arrival as (
    select
        call_line,
        max(arrived_count)::bigint as arrived_count,
        min(half_minute + 1) filter (where up_to_count >= 0.5 * arrived_count) / 2.0 as median_min,
        min(half_minute + 1) filter (where up_to_count >= 0.9 * arrived_count) / 2.0 as p90_min
    from running
    group by call_line
)

select
    called.call_line,
    called.call_count,
    called.valid_count,
    arrival.arrived_count,
    arrival.median_min,
    arrival.p90_min,
    called.dead_count
from called
left join arrival on called.call_line = arrival.call_line
order by called.call_line
