-- 未整改的重大隐患：统计期末未整改完成的重大隐患，责任单位、挂牌督办编号、期限与逾期天数；逾期久的在前
-- grain: one row per major hazard
-- binds: $area (place code prefix), $until
-- filters: is_supervised, risk_domain
select
    hazard.hazard_id,
    hazard.title,
    hazard.risk_domain,
    hazard.place_code,
    division.name as place_name,
    hazard.responsible_unit,
    hazard.supervising_unit,
    hazard.is_supervised,
    hazard.supervision_no,
    hazard.found_date,
    hazard.due_date,
    greatest($until - hazard.due_date, 0) as overdue_day_count,
    hazard.extension_count,
    hazard.photo_before_ref
from safety.hazard as hazard
left join common.division as division on hazard.place_code = division.place_code
where
    hazard.hazard_grade = 'major'
    and hazard.status <> 'cancelled'
    and hazard.found_date < $until
    and (hazard.rectified_date is null or hazard.rectified_date >= $until)
    and starts_with(hazard.place_code, $area)
    and $filters
order by overdue_day_count desc, hazard.due_date, hazard.hazard_id
