-- 接警日计数：各地每日各热线、各类警情的起数、有效起数与死亡人数
-- grain: one row per place (township, or coarser where only that is known), day, line, kind and terrain
-- binds: none
select
    left(place_code, 9) as place_code,
    received_at::date as day_date,
    call_line,
    kind,
    case when is_mountain then '山区' when not is_mountain then '城区' end as terrain,
    count(*) as call_count,
    count(*) filter (where is_valid) as valid_count,
    count(*) filter (where is_valid is null) as unjudged_count,
    count(*) filter (where coalesce(is_valid, true)) as counted_count,
    sum(dead_count) filter (where coalesce(is_valid, true))::bigint as dead_count
from safety.alarm_call
group by left(place_code, 9), received_at::date, call_line, kind, is_mountain
order by place_code, day_date, call_line, kind, terrain
