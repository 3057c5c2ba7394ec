-- 走廊行程时间曲线：一条走廊一个方向每小时的平均行程时间与平日基线
-- grain: one row per hour with data
-- binds: $since, $until, $corridor (corridor id), $direction (in or out)
select
    hour_at,
    travel_min_sum / moment_count as travel_min,
    baseline_min_sum / moment_count as baseline_min,
    incident_count
from traffic.corridor_hour
where
    day_date >= $since and day_date < $until
    and corridor_id = $corridor
    and travel_direction = $direction
order by hour_at
