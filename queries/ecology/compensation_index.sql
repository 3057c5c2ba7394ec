-- 生态补偿测算 P 值：跨界断面统计期均浓度按协议系数加权，系数和基准浓度全部来自《生态补偿系数》
-- grain: one row per section that has a full set of factors and all concentrations in the period
-- binds: $area (place code prefix), $since, $until
with mean as (
    select
        section_id,
        avg(codmn) as codmn,
        avg(nh3n) as nh3n,
        avg(tp) as tp,
        avg(tn) as tn
    from ecology.water_measure
    where
        observed_at >= $since and observed_at < $until
        and coalesce(data_flag, 'N') in ('N', 'R')
    group by section_id
),

term as (
    select
        factor.section_id,
        factor.round_name,
        factor.k0,
        factor.factor_weight / factor.base_concentration * case factor.pollutant
            when 'codmn' then mean.codmn
            when 'nh3n' then mean.nh3n
            when 'tp' then mean.tp
            when 'tn' then mean.tn
        end as weighted
    from ecology.compensation_factor as factor
    inner join mean on factor.section_id = mean.section_id
    where
        factor.year_from <= year($since)
        and (factor.year_to is null or factor.year_to >= year($since))
)

select
    section.name,
    term.round_name,
    any_value(term.k0) * sum(term.weighted) as p_value
from term
inner join ecology.water_section as section on term.section_id = section.section_id
where starts_with(section.place_code, $area)
group by section.section_id, section.name, term.round_name
having count(term.weighted) = 4
order by section.name
