-- 事件日值：按发生日计的事件数、按时限日计的应办结与按期办结数、按结案日计的结案与多单位处置数
-- grain: one row per place, day, theme and kind of event
-- binds: none
with unit_count as (
    select
        event_id,
        count(distinct handling_unit) as handling_unit_count
    from overview.event_task
    group by event_id
),

occurred as (
    select
        place_code,
        occurred_at::date as day_date,
        theme,
        kind,
        count(*) as event_count
    from overview.event
    where status <> 'cancelled'
    group by place_code, occurred_at::date, theme, kind
),

due as (
    select
        place_code,
        due_at::date as day_date,
        theme,
        kind,
        count(*) as due_count,
        count(*) filter (where closed_at <= due_at) as on_time_count
    from overview.event
    where status not in ('cancelled', 'suspended') and due_at is not null
    group by place_code, due_at::date, theme, kind
),

closed as (
    select
        event.place_code,
        event.closed_at::date as day_date,
        event.theme,
        event.kind,
        count(*) as closed_count,
        count(*) filter (where unit_count.handling_unit_count > 1) as joint_count
    from overview.event as event
    left join unit_count on event.event_id = unit_count.event_id
    where event.status <> 'cancelled' and event.closed_at is not null
    group by event.place_code, event.closed_at::date, event.theme, event.kind
),

parts as (
    select
        place_code,
        day_date,
        theme,
        kind,
        event_count,
        0 as due_count,
        0 as on_time_count,
        0 as closed_count,
        0 as joint_count
    from occurred
    union all
    select
        place_code,
        day_date,
        theme,
        kind,
        0 as event_count,
        due_count,
        on_time_count,
        0 as closed_count,
        0 as joint_count
    from due
    union all
    select
        place_code,
        day_date,
        theme,
        kind,
        0 as event_count,
        0 as due_count,
        0 as on_time_count,
        closed_count,
        joint_count
    from closed
)

select
    place_code,
    day_date,
    theme,
    kind,
    sum(event_count)::bigint as event_count,
    sum(due_count)::bigint as due_count,
    sum(on_time_count)::bigint as on_time_count,
    sum(closed_count)::bigint as closed_count,
    sum(joint_count)::bigint as joint_count
from parts
group by place_code, day_date, theme, kind
order by place_code, day_date, theme, kind
