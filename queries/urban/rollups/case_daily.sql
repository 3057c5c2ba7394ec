-- 案件日计数：每日每地每大类每处置单位每来源的上报、立案、到期、处置、结案件数，可逐级相加
-- grain: one row per day, finest place, category, handling unit and channel on which something happened
-- binds: none
with step_name as (
    select 'reported' as step
    union all
    select 'filed' as step
    union all
    select 'due' as step
    union all
    select 'handled' as step
    union all
    select 'closed' as step
),

-- 挂账、作废的案件不进应结案和在办；时限以批准的缓办时限为准
counted as (
    select
        c.place_code,
        c.handling_unit,
        c.channel,
        c.is_verified,
        c.is_joint,
        c.rework_count,
        c.satisfaction_score,
        c.reported_at,
        c.filed_at,
        c.handled_at,
        c.closed_at,
        coalesce(kind.major_name, c.type_code) as category_name,
        coalesce(c.extended_due_at, c.due_at) as limit_at,
        cast(coalesce(c.extended_due_at, c.due_at) as date) as limit_day,
        c.status not in ('suspended', 'cancelled') as is_in
    from urban."case" as c
    left join urban.matter_type as kind
        on
            c.standard_ref = kind.standard_ref
            and c.matter_kind = kind.matter_kind
            and c.type_code = kind.type_code
),

dated as (
    select
        counted.*,
        step_name.step,
        cast(
            case step_name.step
                when 'reported' then counted.reported_at
                when 'filed' then counted.filed_at
                when 'due' then counted.limit_at
                when 'handled' then counted.handled_at
                when 'closed' then counted.closed_at
            end as date
        ) as day_date
    from counted
    cross join step_name
)

select
    day_date,
    place_code,
    category_name,
    handling_unit,
    channel,
    count(*) filter (where step = 'reported') as reported_count,
    count(*) filter (where step = 'reported' and filed_at is not null) as reported_filed_count,
    count(*) filter (where step = 'filed') as filed_count,
    count(*) filter (where step = 'filed' and channel = 'video_ai') as video_filed_count,
    count(*) filter (where step = 'filed' and is_verified) as verified_filed_count,
    count(*) filter (where step = 'filed' and is_joint) as joint_filed_count,
    count(*) filter (where step = 'filed' and is_in and coalesce(closed_at >= filed_at, true)) as opened_count,
    count(*) filter (where step = 'closed' and is_in and closed_at >= filed_at) as left_count,
    count(*) filter (where step = 'due' and is_in) as due_count,
    count(*) filter (where step = 'due' and is_in and handled_at is not null) as due_handled_count,
    count(*) filter (where step = 'due' and is_in and closed_at is not null) as due_closed_count,
    count(*) filter (where step = 'due' and is_in and closed_at <= limit_at) as due_on_time_count,
    -- 当日零点还在办、当日到期
    count(*) filter (
        where step = 'due' and is_in and filed_at < limit_day and coalesce(closed_at >= limit_day, true)
    ) as due_open_count,
    count(*) filter (where step = 'due' and is_in and coalesce(closed_at > limit_at, true)) as overdue_begun_count,
    count(*) filter (where step = 'closed' and is_in and closed_at > limit_at) as overdue_ended_count,
    count(*) filter (where step = 'handled') as handled_count,
    count(*) filter (where step = 'handled' and rework_count > 0) as reworked_count,
    count(*) filter (where step = 'closed') as closed_count,
    count(satisfaction_score) filter (where step = 'closed') as rated_count,
    count(*) filter (where step = 'closed' and satisfaction_score >= 4) as satisfied_count,
    count(*) filter (where step = 'closed' and satisfaction_score <= 2) as dissatisfied_count
from dated
where day_date is not null
group by day_date, place_code, category_name, handling_unit, channel
order by day_date, place_code, category_name, handling_unit, channel
