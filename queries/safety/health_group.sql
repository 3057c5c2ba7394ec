-- 公共卫生应急：统计期内各组别的症候群就诊、报告病例与基线、预警和聚集性疫情；不足 5 人的不给数
-- grain: one row per disease group, the most reported first; one withheld count takes the next smallest with it
-- binds: $area (place code prefix), $since, $until
-- filters: district_code
with summed as (
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
        and $filters
    group by disease_group
),

ranked as (
    select
        *,
        row_number() over (
            order by case when reported_case_count > 0 then 0 else 1 end, reported_case_count, disease_group
        ) as smallest,
        count(*) filter (where reported_case_count between 1 and 4) over () as withheld_count
    from summed
)

select
    ranked.disease_group,
    case when ranked.patient_visit_count not between 1 and 4 then ranked.patient_visit_count end as patient_visit_count,
    case
        when ranked.reported_case_count not between 1 and 4 and not (ranked.withheld_count = 1 and ranked.smallest = 2)
            then ranked.reported_case_count
    end as reported_case_count,
    ranked.baseline_sum,
    ranked.issued_notice_count,
    ranked.cluster_count
from ranked
order by ranked.reported_case_count desc nulls last, ranked.disease_group
