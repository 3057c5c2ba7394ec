-- 哪些预警在生效、人转移了没有（问题 22）：统计期末在警条数（按四级）、应转移与已转移人数，和未转移人数最多的地方
-- grain: one row
-- binds: $area (place code prefix), $until
-- filters: emergency_kind, fire_danger_grade, hazard_kind, warning_level
with in_force as (
    select
        notice.alert_id,
        notice.warning_level,
        notice.place_code,
        division.name as place_name,
        notice.evacuate_planned_count,
        least(coalesce(notice.evacuated_count, 0), notice.evacuate_planned_count) as moved_count
    from safety.warning_notice as notice
    left join common.division as division on notice.place_code = division.place_code
    where
        notice.issued_at < $until
        and (notice.cleared_at is null or notice.cleared_at >= $until)
        and (starts_with(notice.place_code, $area) or starts_with($area, notice.place_code))
        and $filters
)

select
    count(distinct alert_id) as warning_count,
    count(distinct alert_id) filter (where warning_level = '1') as red_count,
    count(distinct alert_id) filter (where warning_level = '2') as orange_count,
    count(distinct alert_id) filter (where warning_level = '3') as yellow_count,
    count(distinct alert_id) filter (where warning_level = '4') as blue_count,
    count(distinct place_code) as place_count,
    sum(evacuate_planned_count)::bigint as evacuate_planned_count,
    sum(moved_count) filter (where evacuate_planned_count is not null)::bigint as evacuated_count,
    sum(evacuate_planned_count - moved_count)::bigint as not_evacuated_count,
    arg_max(place_name, evacuate_planned_count - moved_count) filter (
        where evacuate_planned_count > moved_count
    ) as slowest_place_name
from in_force
