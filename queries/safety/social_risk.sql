-- 社会风险趋势：最近一个已结束且有报送的月份，各类风险的受理、上月受理、化解、超期和重复受理；不足 5 件的类别不列
-- grain: one row per kind of social risk, the most accepted first
-- binds: $area (place code prefix), $until
-- filters: district_code
with newest as (
    select max(month_date) as month_date
    from safety.social_risk_monthly
    where month_date <= $until - interval 1 month
)

select
    risk.social_risk_kind,
    sum(risk.accepted_count) filter (where risk.month_date = newest.month_date)::bigint as accepted_count,
    sum(risk.accepted_count) filter (where risk.month_date < newest.month_date)::bigint as earlier_count,
    1.0 * sum(risk.solved_count) filter (where risk.month_date = newest.month_date)
    / nullif(sum(risk.accepted_count) filter (where risk.month_date = newest.month_date), 0) as solved_rate,
    sum(risk.overdue_count) filter (where risk.month_date = newest.month_date)::bigint as overdue_count,
    sum(risk.repeat_accepted_count) filter (where risk.month_date = newest.month_date)::bigint
        as repeat_accepted_count
from safety.social_risk_monthly as risk
cross join newest
where
    risk.month_date >= newest.month_date - interval 1 month and risk.month_date <= newest.month_date
    and starts_with(risk.place_code, $area)
    and $filters
group by risk.social_risk_kind
having coalesce(sum(risk.accepted_count) filter (where risk.month_date = newest.month_date), 0) not between 1 and 4
order by accepted_count desc nulls last, risk.social_risk_kind
