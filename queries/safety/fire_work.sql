-- 消防工作三件事：最近一个已结束且有报送的月份，社会化排查、设施合规、防火监督的单位、发现与整改
-- grain: one row per kind of work
-- binds: $area (place code prefix), $until
-- filters: district_code, fire_work_kind
select
    fire_work_kind,
    strftime(max(month_date), '%Y-%m') as report_month,
    sum(unit_count)::bigint as unit_count,
    sum(done_unit_count)::bigint as done_unit_count,
    sum(problem_count)::bigint as problem_count,
    sum(rectified_count)::bigint as rectified_count,
    1.0 * sum(compliant_count) / nullif(sum(facility_count), 0) as compliant_rate
from safety.fire_work_monthly
where
    month_date = (
        select max(newest.month_date)
        from safety.fire_work_monthly as newest
        where newest.month_date <= $until - interval 1 month
    )
    and starts_with(place_code, $area)
    and $filters
group by fire_work_kind
order by fire_work_kind
