-- 在警表：统计期末仍在生效的预警，一条一行：级别、涉及的地方、应转移与已转移人数、牵头单位、下次报告；未转移多的在前，再按级别
-- grain: one row per warning
-- binds: $area (place code prefix), $until
-- filters: emergency_kind, fire_danger_grade, hazard_kind, warning_level
with in_force as (
    select
        notice.*,
        division.name as place_name,
        least(coalesce(notice.evacuated_count, 0), notice.evacuate_planned_count) as moved_count
    from safety.warning_notice as notice
    left join common.division as division on notice.place_code = division.place_code
    where
        notice.issued_at < $until
        and (notice.cleared_at is null or notice.cleared_at >= $until)
        and (starts_with(notice.place_code, $area) or starts_with($area, notice.place_code))
        and $filters
),

ranked as (
    select
        in_force.*,
        row_number() over (
            partition by in_force.alert_id
            order by in_force.evacuate_planned_count desc nulls last, in_force.place_code
        ) as place_rank
    from in_force
)

select
    alert_id,
    min(warning_level) as warning_level,
    min(hazard_kind) as hazard_kind,
    min(title) as title,
    min(issuing_unit) as issuing_unit,
    min(lead_unit) as lead_unit,
    min(issued_at) as issued_at,
    min(next_report_at) as next_report_at,
    count(*) as place_count,
    string_agg(place_name, '、' order by place_rank) filter (where place_rank <= 3)
    || case when count(*) > 3 then '等 ' || count(*) || ' 地' else '' end as place_names,
    sum(evacuate_planned_count)::bigint as evacuate_planned_count,
    sum(moved_count) filter (where evacuate_planned_count is not null)::bigint as evacuated_count,
    sum(evacuate_planned_count - moved_count)::bigint as not_evacuated_count
from ranked
group by alert_id
order by
    not_evacuated_count desc nulls last,
    warning_level nulls last,
    issued_at desc,
    alert_id
