-- 河长履职：登记的每个河段、河长，与统计期末以前最近一个整月的巡河，没有巡够的在前
-- grain: one row per reach
-- binds: $area (place code prefix), $until
with month_reported as (
    select max(month_date) as month_date
    from ecology.river_patrol_monthly
    where month_date + interval 1 month <= $until
)

select
    reach.name,
    reach.river_name,
    reach.chief_level,
    reach.chief_post,
    reach.officer_name,
    reach.place_code,
    reach.length_km,
    reach.supervising_unit,
    patrol.month_date,
    patrol.patrol_planned_count,
    patrol.patrol_count,
    patrol.problem_count,
    patrol.problem_closed_count
from ecology.river_reach as reach
cross join month_reported
left join ecology.river_patrol_monthly as patrol
    on reach.reach_id = patrol.reach_id and month_reported.month_date = patrol.month_date
where starts_with(reach.place_code, $area)
order by
    patrol.patrol_planned_count - patrol.patrol_count desc nulls first,
    patrol.problem_count - patrol.problem_closed_count desc nulls last,
    reach.reach_id
