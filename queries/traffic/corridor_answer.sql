-- 去汤口、宏村撑不撑得住（问题 20）：统计期内进景区方向最慢一小时最慢的两条走廊，汤口、宏村优先
-- grain: one row per scenic corridor towards the spot, 汤口 and 宏村 first, the slower first
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, travel_direction
with hour_value as (
    select
        corridor_id,
        hour_at,
        travel_min_sum / moment_count as travel_min,
        baseline_min_sum / moment_count as baseline_min,
        travel_min_sum / baseline_min_sum as ratio
    from traffic.corridor_hour
    where
        day_date >= $since and day_date < $until
        and travel_direction = 'in'
),

slowest as (
    select
        corridor_id,
        max(ratio) as worst_ratio,
        arg_max(hour_at, ratio) as worst_hour_at,
        arg_max(travel_min, ratio) as worst_travel_min,
        arg_max(baseline_min, ratio) as worst_baseline_min
    from hour_value
    group by corridor_id
)

select
    corridor.name,
    corridor.end_name,
    slowest.worst_ratio,
    slowest.worst_hour_at,
    slowest.worst_travel_min,
    slowest.worst_baseline_min
from traffic.corridor as corridor
inner join slowest on corridor.corridor_id = slowest.corridor_id
where
    corridor.kind = 'scenic'
    and corridor.travel_direction = 'in'
    and starts_with(corridor.place_code, $area)
    and $filters
order by
    not (contains(corridor.end_name, '汤口') or contains(corridor.end_name, '宏村')),
    slowest.worst_ratio desc,
    corridor.corridor_id
limit 3
