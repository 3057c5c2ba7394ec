-- 超标事件卡（问题9）：统计期内开始的，或期末仍未结案的超标：头号嫌疑源、派遣与到场、处理结果
-- grain: one row per exceedance, the open ones first, then the newest
-- binds: $area (place code prefix), $since, $until
-- filters: environment_element
with works as (
    select
        source_id,
        min(name) as name,
        min(lon) as lon,
        min(lat) as lat
    from ecology.pollution_source
    group by source_id
),

suspect as (
    select
        candidate.exceedance_id,
        candidate.trace_side,
        candidate.distance_km,
        candidate.contribution_rate,
        candidate.is_confirmed,
        coalesce(works.name, air_source.name, section.name) as suspect_name
    from ecology.trace_candidate as candidate
    left join works on candidate.source_id = works.source_id
    left join ecology.air_source as air_source on candidate.air_source_id = air_source.air_source_id
    left join ecology.water_section as section on candidate.section_id = section.section_id
    where candidate.rank_no = 1
)

select
    event.exceedance_id,
    event.environment_element,
    coalesce(station.name, section.name, works.name, event.object_id) as object_name,
    event.place_code,
    coalesce(station.lon, section.lon, works.lon) as lon,
    coalesce(station.lat, section.lat, works.lat) as lat,
    event.pollutant,
    event.measured_value,
    event.limit_concentration,
    event.measure_unit,
    event.warning_level,
    event.started_at,
    event.ended_at,
    event.raised_at,
    event.dispatched_at,
    event.arrived_at,
    date_diff('minute', event.raised_at, event.arrived_at) as arrival_min,
    event.handled_at,
    event.closed_at,
    event.handling_unit,
    event.trace_method,
    event.wind_direction_deg,
    suspect.suspect_name,
    suspect.trace_side,
    suspect.distance_km,
    suspect.contribution_rate,
    event.is_confirmed,
    event.responsible_unit,
    event.outcome,
    event.fine_wan,
    event.status
from ecology.exceedance as event
left join suspect on event.exceedance_id = suspect.exceedance_id
left join ecology.air_station as station on event.station_id = station.station_id
left join ecology.water_section as section on event.section_id = section.section_id
left join works on event.source_id = works.source_id
where
    starts_with(event.place_code, $area)
    and $filters
    and event.status <> 'false_alarm'
    and event.started_at < $until
    and (event.started_at >= $since or event.closed_at is null or event.closed_at >= $until)
order by
    coalesce(event.closed_at < $until, false),
    event.warning_level nulls last,
    event.started_at desc,
    event.exceedance_id
