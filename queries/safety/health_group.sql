-- 公共卫生应急：统计期内各组别的症候群就诊、报告病例与基线、预警和聚集性疫情；不足 5 人的不给数，其余按 5 取整
-- grain: one row per disease group, the most reported first
-- binds: $area (place code prefix), $since, $until
-- filters: district_code
with summed as (
    select
        disease_group,
        sum(patient_visit_count) as patient_visit_count,
        sum(reported_case_count) as reported_case_count,
        sum(baseline_mean) as baseline_sum,
        sum(issued_notice_count)::bigint as issued_notice_count,
        sum(cluster_count)::bigint as cluster_count
    from safety.public_health_daily
    where
        day_date >= $since and day_date < $until
        and starts_with(place_code, $area)
        and $filters
    group by disease_group
)

select
    disease_group,
    case when patient_visit_count not between 1 and 4 then (patient_visit_count // 5 * 5)::bigint end as visit_count,
    case when reported_case_count not between 1 and 4 then (reported_case_count // 5 * 5)::bigint end as case_count,
    baseline_sum,
    issued_notice_count,
    cluster_count
from summed
order by case_count desc nulls last, disease_group
