-- 在警表：统计期末仍在生效的预警，逐地列级别、应转移与已转移人数；上级地方发布的也列入。未转移的在前，再按级别
-- grain: one row per warning and place
-- binds: $area (place code prefix), $until
-- filters: emergency_kind, fire_danger_grade, hazard_kind, warning_level
select
    notice.alert_id,
    notice.place_code,
    division.name as place_name,
    notice.warning_level,
    notice.fire_danger_grade,
    notice.hazard_kind,
    notice.emergency_kind,
    notice.title,
    notice.issuing_unit,
    notice.lead_unit,
    notice.issued_at,
    notice.evacuate_planned_count,
    notice.evacuated_count,
    greatest(notice.evacuate_planned_count - coalesce(notice.evacuated_count, 0), 0) as not_evacuated_count,
    notice.next_report_at,
    notice.event_id
from safety.warning_notice as notice
left join common.division as division on notice.place_code = division.place_code
where
    notice.issued_at < $until
    and (notice.cleared_at is null or notice.cleared_at >= $until)
    and (starts_with(notice.place_code, $area) or starts_with($area, notice.place_code))
    and $filters
order by
    not_evacuated_count desc nulls last,
    notice.warning_level nulls last,
    notice.issued_at desc,
    notice.alert_id,
    notice.place_code
