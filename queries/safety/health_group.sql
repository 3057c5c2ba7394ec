-- 公共卫生应急：统计期内各组别的症候群就诊、报告病例与基线、预警和聚集性疫情；人数只给全市的整周整月，不足 5 人的不给，其余按 5 取整
-- grain: one row per disease group, the most reported first
-- binds: $area (place code prefix), $since, $until
-- two periods that differ by a day, or the city less its districts, would tell single cases
with asked as (
    select
        $area = '3410' and (
            (isodow($since::date) = 1 and isodow($until::date) = 1)
            or (day($since::date) = 1 and day($until::date) = 1)
        ) as is_told
),

summed as (
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
    group by disease_group
)

select
    summed.disease_group,
    case
        when asked.is_told and summed.patient_visit_count not between 1 and 4
            then (summed.patient_visit_count // 5 * 5)::bigint
    end as visit_count,
    case
        when asked.is_told and summed.reported_case_count not between 1 and 4
            then (summed.reported_case_count // 5 * 5)::bigint
    end as case_count,
    summed.baseline_sum,
    summed.issued_notice_count,
    summed.cluster_count
from summed
cross join asked
order by case_count desc nulls last, summed.disease_group
