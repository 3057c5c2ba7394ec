-- 路段小时量：行程时间、自由流时间、车公里和里程的累加量，可加到地方、时段；应有样本按全市当时有记录的时刻计
-- grain: one row per link in force and hour in which any link of the city has a row, links without data included
-- binds: none
with moment as (
    select
        date_trunc('hour', observed_at) as hour_at,
        count(distinct observed_at) as moment_count
    from traffic.link_speed
    group by date_trunc('hour', observed_at)
),

spine as (
    select
        link.link_id,
        link.place_code,
        link.road_class,
        moment.hour_at,
        moment.moment_count
    from traffic.link_standard as link
    inner join moment
        on
            (link.valid_from is null or link.valid_from <= moment.hour_at)
            and (link.valid_to is null or link.valid_to > moment.hour_at)
),

-- the vehicle hours are summed over moments: divide by the moments of an hour for hours of the clock.
-- a sample: a moving speed that was measured, not filled in; speed 0 is closed or without a probe and stands apart
sample as (
    select
        speed.link_id,
        speed.speed_kmh,
        link.free_speed_kmh,
        link.length_km,
        date_trunc('hour', speed.observed_at) as hour_at,
        speed.flow_vph is null as is_flow_assumed,
        coalesce(speed.flow_vph, link.class_flow_vph) * link.length_km as vehicle_km,
        coalesce(speed.data_flag, 'N') in ('N', 'R')
        and coalesce(speed.link_state, 'normal') = 'normal'
        and coalesce(speed.sample_count, 1) > 0
        and speed.speed_kmh > 0
        and link.free_speed_kmh > 0 as is_sample,
        speed.link_state = 'closed' as is_closed
    from traffic.link_speed as speed
    inner join traffic.link_standard as link on speed.link_id = link.link_id
),

hour_value as (
    select
        link_id,
        hour_at,
        count(*) filter (where is_sample) as sampled_count,
        count(*) filter (where is_sample and is_flow_assumed) as assumed_flow_count,
        count(*) filter (where is_closed) as closed_count,
        sum(case when speed_kmh < free_speed_kmh then vehicle_km / speed_kmh else vehicle_km / free_speed_kmh end)
        filter (where is_sample) as capped_vehicle_h,
        sum(vehicle_km / free_speed_kmh) filter (where is_sample) as free_vehicle_h,
        sum(vehicle_km / speed_kmh) filter (where is_sample) as vehicle_h,
        sum(vehicle_km) filter (where is_sample) as vehicle_km,
        sum(length_km) filter (where is_sample) as sampled_km,
        sum(length_km) filter (where is_sample and speed_kmh <= 0.5 * free_speed_kmh) as congested_km
    from sample
    group by link_id, hour_at
)

select
    spine.link_id,
    spine.place_code,
    spine.road_class,
    spine.hour_at,
    spine.moment_count as expected_count,
    coalesce(hour_value.sampled_count, 0) as sampled_count,
    coalesce(hour_value.assumed_flow_count, 0) as assumed_flow_count,
    coalesce(hour_value.closed_count, 0) as closed_count,
    coalesce(hour_value.capped_vehicle_h, 0) as capped_vehicle_h,
    coalesce(hour_value.free_vehicle_h, 0) as free_vehicle_h,
    coalesce(hour_value.vehicle_h, 0) as vehicle_h,
    coalesce(hour_value.vehicle_km, 0) as vehicle_km,
    coalesce(hour_value.sampled_km, 0) as sampled_km,
    coalesce(hour_value.congested_km, 0) as congested_km
from spine
left join hour_value
    on spine.link_id = hour_value.link_id and spine.hour_at = hour_value.hour_at
order by spine.place_code, spine.link_id, spine.hour_at
