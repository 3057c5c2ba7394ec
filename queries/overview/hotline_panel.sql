-- 热线面板：统计期内六条热线的呼入、接通、15 秒接通、互转、成单、按期办结、回访解决与满意，逐线相加
-- grain: one row per hotline
-- binds: $area (place code prefix), $since, $until
-- filters: call_line, district_code
select
    call_line,
    cast(sum(call_count) as bigint) as call_count,
    cast(sum(answered_count) as bigint) as answered_count,
    cast(sum(answered_in_15s_count) as bigint) as answered_in_15s_count,
    cast(sum(call_transferred_count) as bigint) as call_transferred_count,
    cast(sum(order_count) as bigint) as order_count,
    cast(sum(due_count) as bigint) as due_count,
    cast(sum(on_time_count) as bigint) as on_time_count,
    cast(sum(revisited_count) as bigint) as revisited_count,
    cast(sum(solved_count) as bigint) as solved_count,
    cast(sum(satisfied_count) as bigint) as satisfied_count
from overview.hotline_daily
where
    day_date >= $since
    and day_date < $until
    and starts_with(place_code, $area)
    and $filters
group by call_line
order by call_count desc, call_line
