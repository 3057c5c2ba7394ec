-- 网格案件：每日每单元网格的立案件数，其中至今未结的件数
-- grain: one row per day of filing and unit grid with at least one filed case
-- binds: none
select
    cast(filed_at as date) as day_date,
    unit_grid_code,
    place_code,
    count(*) as filed_count,
    count(*) filter (where closed_at is null and status not in ('suspended', 'cancelled')) as open_count
from urban."case"
where filed_at is not null and unit_grid_code is not null
group by cast(filed_at as date), unit_grid_code, place_code
order by day_date, unit_grid_code, place_code
