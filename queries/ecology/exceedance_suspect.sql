-- 溯源候选：一次超标的上风向、上游嫌疑源，按嫌疑次序
-- grain: one row per candidate
-- binds: $area (place code prefix), $exceedance_id
with works as (
    select
        source_id,
        min(name) as name
    from ecology.pollution_source
    group by source_id
)

select
    candidate.rank_no,
    coalesce(works.name, air_source.name, section.name) as suspect_name,
    air_source.kind as air_source_kind,
    candidate.trace_side,
    candidate.distance_km,
    candidate.contribution_rate,
    candidate.is_confirmed,
    candidate.model_version,
    candidate.calculated_at
from ecology.trace_candidate as candidate
left join works on candidate.source_id = works.source_id
left join ecology.air_source as air_source on candidate.air_source_id = air_source.air_source_id
left join ecology.water_section as section on candidate.section_id = section.section_id
where
    candidate.exceedance_id = $exceedance_id
    and starts_with(candidate.place_code, $area)
order by candidate.rank_no
