-- 走廊小时量：各走廊每小时行程时间与平日基线的累加量，只取两者都有且覆盖率不低于 60 % 的时刻
-- grain: one row per corridor, direction and hour with at least one such moment
-- binds: none
select
    corridor_id,
    travel_direction,
    place_code,
    date_trunc('hour', observed_at) as hour_at,
    observed_at::date as day_date,
    extract(hour from observed_at) as hour_of_day,
    count(*) as moment_count,
    sum(travel_min) as travel_min_sum,
    sum(baseline_min) as baseline_min_sum,
    max(travel_min) as longest_travel_min,
    max(incident_count) as incident_count
from traffic.corridor_time
where
    travel_min is not null
    and baseline_min > 0
    and coalesce(coverage_rate, 1) >= 0.6
    and coalesce(data_flag, 'N') in ('N', 'R')
group by
    corridor_id, travel_direction, place_code, date_trunc('hour', observed_at), observed_at::date,
    extract(hour from observed_at)
order by place_code, corridor_id, travel_direction, hour_at
