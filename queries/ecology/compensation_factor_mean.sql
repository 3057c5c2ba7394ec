-- 生态补偿 P 值的输入：现行轮次各断面各项的系数，与统计期平均浓度；系数和基准浓度全部来自《生态补偿系数》
-- grain: one row per section, round and item of the agreement in force in the period's first year
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
)

select
    section.section_id,
    section.name,
    factor.round_name,
    factor.pollutant,
    factor.k0,
    factor.factor_weight,
    factor.base_concentration,
    factor.source,
    case factor.pollutant
        when 'codmn' then mean.codmn
        when 'nh3n' then mean.nh3n
        when 'tp' then mean.tp
        when 'tn' then mean.tn
    end as mean_concentration
from ecology.compensation_factor as factor
inner join ecology.water_section as section on factor.section_id = section.section_id
left join mean on factor.section_id = mean.section_id
where
    starts_with(section.place_code, $area)
    and factor.year_from <= year($since)
    and (factor.year_to is null or factor.year_to >= year($since))
order by section.section_id, factor.round_name, factor.pollutant
