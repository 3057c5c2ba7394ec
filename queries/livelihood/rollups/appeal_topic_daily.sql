-- 诉求主题日统计：12345 工单按主题逐日的受理、应办结、办结、回访与重复；每列按自己的日子计
-- grain: one row per day, place (subdistrict at most) and topic on which anything happened
-- binds: none
with clock as (
    select greatest(max(reported_at), max(accepted_at), max(closed_at), max(callback_at)) as data_time
    from urban.hotline_order
),

counted as (
    select
        left(hotline.place_code, 9) as place_code,
        hotline.accepted_at,
        hotline.closed_at,
        hotline.due_at,
        hotline.callback_at,
        hotline.is_repeat,
        hotline.is_solved,
        hotline.satisfaction_score,
        coalesce(topic.topic_group, hotline.topic_name, '未分类') as topic_group
    from urban.hotline_order as hotline
    left join livelihood.appeal_topic as topic on hotline.topic_code = topic.topic_code
    where coalesce(hotline.is_valid, true) and coalesce(hotline.status, '') <> 'cancelled'
),

happened as (
    select
        accepted_at as happened_at,
        place_code,
        topic_group,
        1 as is_accepted,
        0 as is_closed,
        0 as is_due,
        0 as is_revisited,
        is_repeat,
        false as is_on_time,
        null as is_solved,
        null as satisfaction_score
    from counted
    union all
    select
        closed_at as happened_at,
        place_code,
        topic_group,
        0 as is_accepted,
        1 as is_closed,
        0 as is_due,
        0 as is_revisited,
        false as is_repeat,
        false as is_on_time,
        null as is_solved,
        null as satisfaction_score
    from counted
    union all
    select
        due_at as happened_at,
        place_code,
        topic_group,
        0 as is_accepted,
        0 as is_closed,
        1 as is_due,
        0 as is_revisited,
        false as is_repeat,
        coalesce(closed_at <= due_at, false) as is_on_time,
        null as is_solved,
        null as satisfaction_score
    from counted
    union all
    select
        callback_at as happened_at,
        place_code,
        topic_group,
        0 as is_accepted,
        0 as is_closed,
        0 as is_due,
        1 as is_revisited,
        false as is_repeat,
        false as is_on_time,
        is_solved,
        satisfaction_score
    from counted
)

select
    cast(happened.happened_at as date) as day_date,
    happened.place_code,
    happened.topic_group,
    cast(sum(happened.is_accepted) as bigint) as order_count,
    cast(sum(happened.is_closed) as bigint) as closed_count,
    count(*) filter (where happened.is_on_time) as on_time_count,
    cast(sum(happened.is_due) as bigint) as due_count,
    count(*) filter (where happened.is_revisited = 1 and happened.is_solved is not null) as revisited_count,
    count(*) filter (where happened.is_solved) as solved_count,
    count(happened.satisfaction_score) as rated_count,
    count(*) filter (where happened.satisfaction_score >= 4) as satisfied_count,
    count(*) filter (where happened.is_repeat) as repeat_order_count
from happened
inner join clock on happened.happened_at <= clock.data_time
group by cast(happened.happened_at as date), happened.place_code, happened.topic_group
order by day_date, happened.place_code, happened.topic_group
