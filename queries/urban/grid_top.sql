-- 问题高发网格：统计期内立案最多的 20 个单元网格，其中至今未结的件数
-- grain: one row per unit grid, most cases first, at most 20
-- binds: $area (place code prefix), $since, $until
with counted as (
    -- 整周取周表
    select
        unit_grid_code,
        place_code,
        filed_count,
        open_count
    from urban.case_grid_weekly
    where
        week_date >= date_trunc('week', $since + interval 6 day) and week_date < date_trunc('week', $until)
        and starts_with(place_code, $area)
    union all
    -- 第一个周一之前的日子
    select
        unit_grid_code,
        place_code,
        filed_count,
        open_count
    from urban.case_grid_daily
    where
        day_date >= $since and day_date < least(date_trunc('week', $since + interval 6 day), $until)
        and starts_with(place_code, $area)
    union all
    -- 最后一个周一起的日子
    select
        unit_grid_code,
        place_code,
        filed_count,
        open_count
    from urban.case_grid_daily
    where
        day_date >= greatest(date_trunc('week', $until), date_trunc('week', $since + interval 6 day))
        and day_date < $until
        and starts_with(place_code, $area)
)

select
    unit_grid_code,
    min(place_code) as place_code,
    sum(filed_count) as filed_count,
    sum(open_count) as open_count
from counted
group by unit_grid_code
order by filed_count desc, unit_grid_code
limit 20
