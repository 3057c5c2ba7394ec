-- 风险最高的地方：统计期内最近一个有数据的日子，风险分最高的乡镇街道与领域，附四项和前三项贡献
-- grain: one row per place and domain with a score, highest first
-- binds: $area (place code prefix), $since, $until
-- filters: risk_domain
select
    risk.place_code,
    division.name as place_name,
    risk.risk_domain,
    risk.hazard,
    risk.exposure,
    risk.vulnerability,
    risk.control,
    risk.score,
    risk.risk_level,
    risk.explanation,
    risk.method_version
from safety.risk_score_daily as risk
left join common.division as division on left(risk.place_code, 9) = division.place_code
where
    risk.day_date = (
        select max(day.day_date)
        from safety.risk_day as day
        where day.day_date >= $since and day.day_date < $until
    )
    and starts_with(risk.place_code, $area)
    and $filters
    and risk.score is not null
    and risk.hazard is not null and risk.exposure is not null
    and risk.vulnerability is not null and risk.control is not null
order by risk.score desc, risk.place_code, risk.risk_domain
limit 20
