-- 到场用时分布：各地每日各热线“到场 − 派遣”的半分钟分箱计数；未到场的、到场早于派遣的不计
-- grain: one row per place, day of the call, line, terrain and half minute (0 = from 0 up to 30 seconds)
-- binds: none
with arrived as (
    select
        place_code,
        received_at,
        call_line,
        is_mountain,
        date_diff('second', dispatched_at, arrived_at) as second_count
    from safety.alarm_call
    where arrived_at >= dispatched_at
)

select
    left(place_code, 9) as place_code,
    received_at::date as day_date,
    call_line,
    case when is_mountain then '山区' when not is_mountain then '城区' end as terrain,
    floor(second_count / 30)::integer as half_minute,
    count(*) as call_count
from arrived
group by left(place_code, 9), received_at::date, call_line, is_mountain, floor(second_count / 30)::integer
order by place_code, day_date, call_line, terrain, half_minute
