-- 常堵路段：统计期内延误最多的路段（车辆小时），及期内事件数和最近一起的原因
-- grain: one row per link with a sample, most delay first
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, road_class
with running as (
    select
        link_id,
        sum((capped_vehicle_h - free_vehicle_h) / expected_count) as delay_vehicle_h,
        sum(vehicle_km) as vehicle_km,
        sum(vehicle_h) as vehicle_h,
        sum(congested_km) as congested_km,
        sum(sampled_km) as sampled_km,
        sum(sampled_count) as sampled_count,
        sum(expected_count) as expected_count
    from traffic.link_hour
    where
        hour_at >= $since and hour_at < $until
        and starts_with(place_code, $area)
        and $filters
    group by link_id
    having sum(sampled_count) > 0
),

disturbed as (
    select
        link_id,
        count(*) as incident_count,
        arg_max(incident_cause, occurred_at) as latest_cause
    from traffic.incident
    where
        occurred_at >= $since and occurred_at < $until
        and status <> 'cancelled'
        and link_id is not null
    group by link_id
)

select
    running.link_id,
    link.road_name,
    link.place_code,
    link.road_class,
    link.length_km,
    link.free_speed_kmh,
    running.vehicle_km / nullif(running.vehicle_h, 0) as speed_kmh,
    running.delay_vehicle_h,
    running.congested_km / nullif(running.sampled_km, 0) as congested_rate,
    1.0 * running.sampled_count / running.expected_count as coverage_rate,
    coalesce(disturbed.incident_count, 0) as incident_count,
    disturbed.latest_cause,
    disturbed.latest_cause as incident_cause
from running
inner join traffic.link_standard as link on running.link_id = link.link_id
left join disturbed on running.link_id = disturbed.link_id
order by running.delay_vehicle_h desc, running.link_id
limit 20
