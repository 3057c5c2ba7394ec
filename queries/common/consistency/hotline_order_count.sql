-- 12345 成单量与工单数不同：热线日统计的成单量，与 12345 工单逐日逐地数出来的件数
-- grain: one row where any day and place differs
-- binds: none
with reported as (
    select
        cast(reported_at as date) as day_date,
        left(place_code, 6) as place_code,
        count(*) as order_count
    from urban.hotline_order
    where coalesce(status, '') <> 'cancelled'
    group by cast(reported_at as date), left(place_code, 6)
),

known as (
    select
        min(day_date) as since,
        max(day_date) as until
    from reported
),

compared as (
    select
        daily.day_date,
        daily.place_code,
        daily.order_count,
        coalesce(reported.order_count, 0) as counted
    from overview.hotline_daily as daily
    cross join known
    left join reported on daily.day_date = reported.day_date and daily.place_code = reported.place_code
    where
        daily.call_line = '12345'
        and daily.order_count is not null
        and daily.day_date >= known.since
        and daily.day_date <= known.until
)

select
    'overview.hotline_daily' as source_table,
    'urban.hotline_order' as other_table,
    count(*) as finding_count,
    cast(min(day_date) as timestamp) as first_at,
    cast(max(day_date) as timestamp) as last_at,
    max_by(
        cast(day_date as varchar) || ' ' || place_code || '：' || order_count || ' 对 ' || counted || ' 件',
        abs(order_count - counted)
    ) as example
from compared
where order_count <> counted
having count(*) > 0
