-- 断面现状：登记的每个断面，统计期和上一同长时期各项浓度的均值，自上游至下游
-- grain: one row per registered section, by river and river order
-- binds: $area (place code prefix), $since, $until, $before (start of the period before)
-- filters: district_code
with valid as (
    select
        section_id,
        observed_at,
        observed_at >= $since as is_now,
        ph,
        "do",
        codmn,
        nh3n,
        tp,
        tn
    from ecology.water_measure
    where
        observed_at >= $before and observed_at < $until
        and coalesce(data_flag, 'N') in ('N', 'R')
),

mean as (
    select
        section_id,
        max(observed_at) filter (where is_now) as measured_at,
        avg(ph) filter (where is_now) as ph,
        avg("do") filter (where is_now) as "do",
        avg(codmn) filter (where is_now) as codmn,
        avg(nh3n) filter (where is_now) as nh3n,
        avg(tp) filter (where is_now) as tp,
        avg(tn) filter (where is_now) as tn,
        avg(ph) filter (where not is_now) as before_ph,
        avg("do") filter (where not is_now) as before_do,
        avg(codmn) filter (where not is_now) as before_codmn,
        avg(nh3n) filter (where not is_now) as before_nh3n,
        avg(tp) filter (where not is_now) as before_tp,
        avg(tn) filter (where not is_now) as before_tn
    from valid
    group by section_id
)

select
    section.section_id,
    section.name,
    section.river_name,
    section.water_body,
    section.lon,
    section.lat,
    section.target_class,
    coalesce(section.is_border, false) as is_border,
    mean.measured_at,
    mean.ph,
    mean."do",
    mean.codmn,
    mean.nh3n,
    mean.tp,
    mean.tn,
    mean.before_ph,
    mean.before_do,
    mean.before_codmn,
    mean.before_nh3n,
    mean.before_tp,
    mean.before_tn
from ecology.water_section as section
left join mean on section.section_id = mean.section_id
where
    starts_with(section.place_code, $area)
    and $filters
order by section.river_name nulls last, section.river_order nulls last, section.section_id
