-- 推演与演练：统计期末前 90 天内的推演、演练，得分与问题整改
-- grain: one row per drill, newest first
-- binds: $area (place code prefix), $until
-- filters: district_code, hazard_kind
select
    name,
    kind as drill_kind,
    hazard_kind,
    place_code,
    started_at::date as day_date,
    lead_unit,
    score,
    problem_count,
    rectified_count
from safety.drill
where
    started_at >= $until - interval 90 day and started_at < $until
    and starts_with(place_code, $area)
    and $filters
order by started_at desc, drill_id
