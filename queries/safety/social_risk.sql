-- 社会风险趋势：最近一个已结束且有报送的月份，各类风险的受理、上月受理、化解、超期和重复；不足 5 的不给数，其余按 5 取整
-- grain: one row per kind of social risk of which five or more were accepted, the most first
-- binds: $area (place code prefix), $until
-- filters: district_code
with newest as (
    select max(month_date) as month_date
    from safety.social_risk_monthly
    where month_date <= $until - interval 1 month
),

summed as (
    select
        risk.social_risk_kind,
        sum(risk.accepted_count) filter (where risk.month_date = newest.month_date) as accepted_count,
        sum(risk.accepted_count) filter (where risk.month_date < newest.month_date) as earlier_count,
        sum(risk.solved_count) filter (where risk.month_date = newest.month_date) as solved_count,
        sum(risk.overdue_count) filter (where risk.month_date = newest.month_date) as overdue_count,
        sum(risk.repeat_accepted_count) filter (where risk.month_date = newest.month_date) as repeat_accepted_count
    from safety.social_risk_monthly as risk
    cross join newest
    where
        risk.month_date >= newest.month_date - interval 1 month and risk.month_date <= newest.month_date
        and starts_with(risk.place_code, $area)
        and $filters
    group by risk.social_risk_kind
)

select
    social_risk_kind,
    (accepted_count // 5 * 5)::bigint as received_count,
    case when earlier_count not between 1 and 4 then (earlier_count // 5 * 5)::bigint end as earlier_count,
    case
        when solved_count not between 1 and 4 and accepted_count - solved_count not between 1 and 4
            then 1.0 * (solved_count // 5) / (accepted_count // 5)  -- of the fives: the exact rate would undo them
    end as solved_rate,
    case when overdue_count not between 1 and 4 then (overdue_count // 5 * 5)::bigint end as late_count,
    case
        when repeat_accepted_count not between 1 and 4 then (repeat_accepted_count // 5 * 5)::bigint
    end as repeat_count
from summed
where accepted_count >= 5
order by received_count desc, social_risk_kind
