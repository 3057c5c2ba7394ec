-- 公共卫生应急：统计期内各组别的症候群就诊、报告病例与基线、预警和聚集性疫情
-- grain: one row per disease group, the most reported first
-- binds: $area (place code prefix), $since, $until
select
    disease_group,
    sum(patient_visit_count)::bigint as patient_visit_count,
    sum(reported_case_count)::bigint as reported_case_count,
    sum(baseline_mean) as baseline_sum,
    sum(issued_notice_count)::bigint as issued_notice_count,
    sum(cluster_count)::bigint as cluster_count
from safety.public_health_daily
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
group by disease_group
order by reported_case_count desc nulls last, disease_group
