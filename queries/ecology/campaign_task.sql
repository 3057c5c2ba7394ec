-- 四大攻坚任务清单：统计期末以前最近一个整月，滞后、有风险的在前
-- grain: one row per task
-- binds: $area (place code prefix), $until
-- filters: district_code, pollution_field
select
    pollution_field,
    name,
    place_code,
    lead_unit,
    supporting_units,
    due_date,
    progress_rate,
    status as pollution_task_status,
    problem,
    month_date
from ecology.pollution_task
where
    month_date = (
        select max(latest.month_date)
        from ecology.pollution_task as latest
        where latest.month_date + interval 1 month <= $until
    )
    and starts_with(place_code, $area)
    and $filters
order by
    case status
        when 'late' then 1
        when 'at_risk' then 2
        when 'not_started' then 3
        when 'on_track' then 4
        else 5
    end,
    due_date,
    progress_rate,
    name
