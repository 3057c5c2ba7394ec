-- 安全生产监管覆盖：最近一个已结束且有报送的月份，高危、重点、规上企业的联网、检查问题整改和报警处置；各类不相加
-- grain: one row per class of enterprise
-- binds: $area (place code prefix), $until
-- filters: district_code
select
    enterprise_class,
    sum(enterprise_count)::bigint as enterprise_count,
    sum(connected_count)::bigint as connected_count,
    1.0 * sum(connected_count) / nullif(sum(enterprise_count), 0) as connected_rate,
    1.0 * sum(rectified_count) / nullif(sum(problem_count), 0) as rectified_rate,
    1.0 * sum(handled_alarm_count) / nullif(sum(alarm_count), 0) as handled_rate
from safety.work_safety_coverage
where
    month_date = (
        select max(newest.month_date)
        from safety.work_safety_coverage as newest
        where newest.month_date <= $until - interval 1 month
    )
    and starts_with(place_code, $area)
    and $filters
group by enterprise_class
order by connected_rate, enterprise_class
