-- 12345 工单日计数：每日每地每主题每承办单位的受理、派单、到期、办结、回访件数，可逐级相加
-- grain: one row per day, subdistrict (or coarser place), topic and handling unit on which something happened
-- binds: none
with step_name as (
    select 'reported' as step
    union all
    select 'dispatched' as step
    union all
    select 'due' as step
    union all
    select 'closed' as step
),

dated as (
    select
        left(o.place_code, 9) as place_code,
        o.topic_name,
        o.handling_unit,
        o.reported_at,
        o.dispatched_at,
        o.contacted_at,
        o.due_at,
        o.closed_at,
        o.is_repeat,
        o.is_solved,
        o.satisfaction_score,
        s.step,
        cast(
            case s.step
                when 'reported' then o.reported_at
                when 'dispatched' then o.dispatched_at
                when 'due' then o.due_at
                when 'closed' then o.closed_at
            end as date
        ) as day_date
    from urban.hotline_order as o
    cross join step_name as s
    where coalesce(o.status, '') <> 'cancelled'
)

select
    day_date,
    place_code,
    topic_name,
    handling_unit,
    count(*) filter (where step = 'reported') as reported_count,
    count(*) filter (where step = 'reported' and is_repeat) as repeat_count,
    count(*) filter (where step = 'dispatched') as dispatched_count,
    count(*) filter (
        where step = 'dispatched' and contacted_at <= dispatched_at + interval 24 hour
    ) as contacted_in_time_count,
    count(*) filter (where step = 'due') as due_count,
    count(*) filter (where step = 'due' and closed_at <= due_at) as due_on_time_count,
    count(*) filter (where step = 'closed') as closed_count,
    count(is_solved) filter (where step = 'closed') as solve_asked_count,
    count(*) filter (where step = 'closed' and is_solved) as solved_count,
    count(satisfaction_score) filter (where step = 'closed') as rated_count,
    count(*) filter (where step = 'closed' and satisfaction_score >= 4) as satisfied_count,
    count(*) filter (where step = 'closed' and satisfaction_score <= 2) as dissatisfied_count
from dated
where day_date is not null
group by day_date, place_code, topic_name, handling_unit
order by day_date, place_code, topic_name, handling_unit
