-- 机构点位：养老、医疗护理、医养结合机构在哪里、几张床，到统计期末有几次检查不合格没有整改
-- grain: one row per institution with beds to live in
-- binds: $area (place code prefix), $until
-- filters: district_code
with failed as (
    select
        institution_id,
        count(*) as failed_count
    from community.care_inspection
    where
        inspection_result = 'fail'
        and inspected_date < $until
        and (rectified_date is null or rectified_date >= $until)
    group by institution_id
)

select
    institution.institution_id,
    institution.name,
    institution.lon,
    institution.lat,
    institution.bed_count,
    coalesce(failed.failed_count, 0) as failed_count
from community.care_institution as institution
left join failed on institution.institution_id = failed.institution_id
where
    institution.kind in ('nursing_home', 'medical_care', 'combined')
    and starts_with(institution.place_code, $area)
    and $filters
order by institution.place_code, institution.institution_id
