-- 网格工作量：各网格每月的工作量，到下一个月的数据为止，最多再用三个月
-- grain: one row per grid and month
-- binds: none
select
    basic_grid_id,
    place_code,
    reported_count,
    closed_count,
    patrol_hour,
    form_fill_hour,
    month_date + interval 1 month as end_date,
    least(
        lead(month_date + interval 1 month) over (partition by basic_grid_id order by month_date),
        month_date + interval 4 month
    ) as expires_date
from community.grid_workload
