-- 规划任务逐月状态：一项任务当月各报送单位都按计划、已完成或已结账才算按计划；没有报送的不算
-- grain: one row per plan task and month with a report of any task
-- binds: none
with reported_month as (
    select distinct
        plan_period,
        month_date
    from overview.plan_task_progress
),

judged as (
    select
        plan_period,
        task_id,
        month_date,
        count(*) as report_count,
        count(*) filter (where status in ('on_track', 'done', 'closed')) as on_track_count,
        avg(progress_rate) as progress_rate
    from overview.plan_task_progress
    group by plan_period, task_id, month_date
)

select
    '3410' as place_code,
    task.plan_period,
    task.task_id,
    task.sort_no,
    task.group_name,
    task.name,
    reported_month.month_date,
    judged.progress_rate,
    coalesce(judged.report_count, 0) as report_count,
    coalesce(judged.report_count = judged.on_track_count, false) as is_on_track
from overview.plan_task as task
inner join reported_month on task.plan_period = reported_month.plan_period
left join judged
    on
        task.plan_period = judged.plan_period
        and task.task_id = judged.task_id
        and reported_month.month_date = judged.month_date
