-- 景区走廊小时量：通往景区的走廊，每小时行程时间与平日基线的累加量
-- grain: one row per scenic corridor, direction and hour
-- binds: none
select
    hour_value.corridor_id,
    hour_value.travel_direction,
    hour_value.place_code,
    hour_value.hour_at,
    hour_value.day_date,
    hour_value.hour_of_day,
    hour_value.moment_count,
    hour_value.travel_min_sum,
    hour_value.baseline_min_sum
from traffic.corridor_hour as hour_value
inner join traffic.corridor as corridor
    on
        hour_value.corridor_id = corridor.corridor_id
        and hour_value.travel_direction = corridor.travel_direction
where corridor.kind = 'scenic'
