-- 工作时钟：每日之前累计的工作小时和当日是否上班，供推算剩余工时；每个工作日 08:00–12:00、14:00–18:00
-- grain: one row per day of the calendar
-- binds: none
select
    day_date,
    is_workday,
    coalesce(
        sum(case when is_workday then 8 else 0 end)
            over (order by day_date rows between unbounded preceding and 1 preceding),
        0
    ) as worked_hour_before
from common.calendar
