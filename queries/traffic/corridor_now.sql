-- 去汤口、宏村等走廊要走多久、比平日慢多少（问题 20）：统计期最后一小时、白天平均和最慢一小时的行程时间对平日
-- grain: one row per corridor and direction, scenic ones first
-- binds: $area (place code prefix), $since, $until
-- filters: district_code
with hour_value as (
    select
        *,
        travel_min_sum / moment_count as travel_min,
        baseline_min_sum / moment_count as baseline_min,
        travel_min_sum / baseline_min_sum as ratio
    from traffic.corridor_hour
    where day_date >= $since and day_date < $until
),

period_value as (
    select
        corridor_id,
        travel_direction,
        max(hour_at) as last_hour_at,
        arg_max(travel_min, hour_at) as last_travel_min,
        arg_max(baseline_min, hour_at) as last_baseline_min,
        sum(travel_min_sum) filter (where hour_of_day >= 7 and hour_of_day < 19) as day_travel_sum,
        sum(baseline_min_sum) filter (where hour_of_day >= 7 and hour_of_day < 19) as day_baseline_sum,
        max(ratio) as worst_ratio,
        arg_max(hour_at, ratio) as worst_hour_at,
        arg_max(travel_min, ratio) as worst_travel_min,
        arg_max(baseline_min, ratio) as worst_baseline_min
    from hour_value
    group by corridor_id, travel_direction
),

disturbed as (
    select
        corridor_id,
        travel_direction,
        count(*) as open_incident_count
    from traffic.incident
    where
        occurred_at < $until
        and (cleared_at is null or cleared_at >= $until)
        and status <> 'cancelled'
        and corridor_id is not null
    group by corridor_id, travel_direction
)

select
    corridor.corridor_id,
    corridor.travel_direction,
    corridor.name,
    corridor.kind,
    corridor.place_code,
    corridor.spot_id,
    corridor.node_id,
    corridor.length_km,
    corridor.free_min,
    period_value.last_hour_at,
    period_value.last_travel_min,
    period_value.last_baseline_min,
    period_value.day_travel_sum / nullif(period_value.day_baseline_sum, 0) as day_ratio,
    period_value.worst_hour_at,
    period_value.worst_travel_min,
    period_value.worst_baseline_min,
    period_value.worst_ratio,
    coalesce(disturbed.open_incident_count, 0) as open_incident_count
from traffic.corridor as corridor
left join period_value
    on
        corridor.corridor_id = period_value.corridor_id
        and corridor.travel_direction = period_value.travel_direction
left join disturbed
    on
        corridor.corridor_id = disturbed.corridor_id
        and corridor.travel_direction = disturbed.travel_direction
where
    starts_with(corridor.place_code, $area)
    and $filters
order by
    corridor.kind <> 'scenic', period_value.worst_ratio desc nulls last, corridor.corridor_id,
    corridor.travel_direction
