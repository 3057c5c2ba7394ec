-- 风险分日计数：各地每日各领域风险分之和、有分的行数与橙色以上行数；四项缺任一项的不算有分
-- grain: one row per township (or coarser place), day and domain
-- binds: none
with scored as (
    select
        place_code,
        day_date,
        risk_domain,
        case
            when
                hazard is not null and exposure is not null and vulnerability is not null and control is not null
                then score
        end as score
    from safety.risk_score_daily
)

select
    left(place_code, 9) as place_code,
    day_date,
    risk_domain,
    count(*) as row_count,
    count(score) as score_count,
    sum(score) as score_sum,
    count(*) filter (where score >= 60) as high_count
from scored
group by left(place_code, 9), day_date, risk_domain
order by place_code, day_date, risk_domain
