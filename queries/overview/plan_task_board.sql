-- 规划任务账本（附件2）：统计期末前最近一个整月，28 项任务各报送单位的进度、状态、问题和得分
-- grain: one row per plan task and reporting unit (one row without a unit where nobody reported)
-- binds: $until
-- filters: group_name
with newest as (
    select max(month_date) as month_date
    from overview.plan_task_progress
    where month_date <= $until - interval 1 month
)

select
    task.task_id,
    task.sort_no,
    task.group_name,
    task.name,
    task.lead_unit,
    newest.month_date,
    progress.owner_unit,
    progress.progress_rate,
    progress.status as plan_task_progress_status,
    progress.problem,
    progress.score
from overview.plan_task as task
cross join newest
left join overview.plan_task_progress as progress
    on
        task.plan_period = progress.plan_period
        and task.task_id = progress.task_id
        and newest.month_date = progress.month_date
where $filters
order by task.sort_no, progress.owner_unit
