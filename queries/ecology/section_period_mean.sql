-- 断面期均值：统计期内各断面各项浓度的平均，供定类（类别按期均浓度定，不按各次类别的众数）
-- grain: one row per section with at least one valid measurement in the period
-- binds: $area (place code prefix), $since, $until
select
    section.section_id,
    section.name,
    section.place_code,
    section.water_body,
    section.kind,
    section.target_class,
    count(*) as measure_count,
    avg(measure.ph) as ph,
    avg(measure.do) as "do",
    avg(measure.codmn) as codmn,
    avg(measure.nh3n) as nh3n,
    avg(measure.tp) as tp,
    avg(measure.tn) as tn
from ecology.water_section as section
inner join ecology.water_measure as measure on section.section_id = measure.section_id
where
    measure.observed_at >= $since and measure.observed_at < $until
    and starts_with(section.place_code, $area)
    and coalesce(measure.data_flag, 'N') in ('N', 'R')
group by
    section.section_id, section.name, section.place_code, section.water_body, section.kind,
    section.target_class, section.river_order
order by section.river_order nulls last, section.section_id
