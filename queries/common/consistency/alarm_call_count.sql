-- 110、119、120、122 呼入量与接处警数不同：热线日统计的呼入量，与接处警逐日逐地数出来的起数
-- grain: one row where any day, place and line differs
-- binds: none
with received as (
    select
        cast(received_at as date) as day_date,
        left(place_code, 6) as place_code,
        call_line,
        count(*) as call_count
    from safety.alarm_call
    group by cast(received_at as date), left(place_code, 6), call_line
),

known as (
    select
        min(day_date) as since,
        max(day_date) as until
    from received
),

compared as (
    select
        daily.day_date,
        daily.place_code,
        daily.call_line,
        daily.call_count,
        coalesce(received.call_count, 0) as counted
    from overview.hotline_daily as daily
    cross join known
    left join received
        on
            daily.day_date = received.day_date
            and daily.place_code = received.place_code
            and daily.call_line = received.call_line
    where
        daily.call_line in ('110', '119', '120', '122')
        and daily.call_count is not null
        and daily.day_date >= known.since
        and daily.day_date <= known.until
)

select
    'overview.hotline_daily' as source_table,
    'safety.alarm_call' as other_table,
    count(*) as finding_count,
    cast(min(day_date) as timestamp) as first_at,
    cast(max(day_date) as timestamp) as last_at,
    max_by(
        cast(day_date as varchar) || ' ' || place_code || ' ' || call_line || '：' || call_count || ' 对 ' || counted,
        abs(call_count - counted)
    ) as example
from compared
where call_count <> counted
having count(*) > 0
