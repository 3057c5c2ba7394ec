-- 网格案件周计数：每周（周一起）每单元网格的立案件数，其中至今未结的件数
-- grain: one row per week and unit grid with at least one filed case
-- binds: none
select
    cast(date_trunc('week', day_date) as date) as week_date,
    unit_grid_code,
    place_code,
    sum(filed_count) as filed_count,
    sum(open_count) as open_count
from urban.case_grid_daily
group by cast(date_trunc('week', day_date) as date), unit_grid_code, place_code
order by place_code, unit_grid_code, week_date
