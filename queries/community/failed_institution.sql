-- 检查不合格机构：到统计期末检查不合格还没有整改完的机构，谁查的、几个问题、整改期限过了没有
-- grain: one row per failed inspection that is not put right, overdue and oldest first
-- binds: $area (place code prefix), $until
select
    inspection.institution_id,
    coalesce(institution.name, inspection.institution_id) as name,
    inspection.place_code,
    inspection.kind as care_inspection_kind,
    inspection.inspected_date,
    inspection.inspecting_unit,
    inspection.problem_count,
    inspection.rectified_count,
    inspection.due_date,
    inspection.due_date < $until as is_overdue,
    inspection.is_penalized
from community.care_inspection as inspection
left join community.care_institution as institution on inspection.institution_id = institution.institution_id
where
    inspection.inspection_result = 'fail'
    and inspection.inspected_date < $until
    and (inspection.rectified_date is null or inspection.rectified_date >= $until)
    and starts_with(inspection.place_code, $area)
order by is_overdue desc nulls last, inspection.inspected_date, inspection.institution_id
