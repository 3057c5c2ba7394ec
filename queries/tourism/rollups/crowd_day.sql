-- 客流日值：每处景区、节点当日最高在场人数与时刻、核定瞬时承载量，以及达到 80%、100% 的小时数（无核定值为空）
-- grain: one row per scenic spot or crowd node and day with a valid reading
-- binds: none
with capacity as (
    select
        'spot' as object_kind,
        spot_id as object_id,
        place_code,
        nullif(instantaneous_capacity, 0) as instantaneous_capacity
    from tourism.scenic_spot
    union all
    select
        'node' as object_kind,
        node_id as object_id,
        place_code,
        nullif(instantaneous_capacity, 0) as instantaneous_capacity
    from tourism.crowd_node
),

day_peak as (
    select
        object_kind,
        object_id,
        day_date,
        max(place_code) as place_code,
        max(peak_on_site) as peak_on_site,
        max(peak_vehicles) as peak_vehicles
    from tourism.crowd_hour
    group by object_kind, object_id, day_date
),

day_hour as (
    select
        hourly.object_kind,
        hourly.object_id,
        hourly.day_date,
        count(*) filter (where hourly.peak_on_site * 10 >= capacity.instantaneous_capacity * 8) as warning_hour_count,
        count(*) filter (where hourly.peak_on_site >= capacity.instantaneous_capacity) as full_hour_count
    from tourism.crowd_hour as hourly
    inner join capacity
        on hourly.object_kind = capacity.object_kind and hourly.object_id = capacity.object_id
    group by hourly.object_kind, hourly.object_id, hourly.day_date
),

-- 最高值出现的小时和计数方式，再到明细里找最早的时刻
peak_hour as (
    select
        hourly.object_kind,
        hourly.object_id,
        hourly.hour_at,
        hourly.people_source as flow_source,
        hourly.peak_on_site as people,
        cast(null as bigint) as vehicles
    from tourism.crowd_hour as hourly
    inner join day_peak
        on
            hourly.object_kind = day_peak.object_kind
            and hourly.object_id = day_peak.object_id
            and hourly.day_date = day_peak.day_date
            and hourly.peak_on_site = day_peak.peak_on_site
    union all
    select
        hourly.object_kind,
        hourly.object_id,
        hourly.hour_at,
        hourly.vehicle_source as flow_source,
        cast(null as bigint) as people,
        hourly.peak_vehicles as vehicles
    from tourism.crowd_hour as hourly
    inner join day_peak
        on
            hourly.object_kind = day_peak.object_kind
            and hourly.object_id = day_peak.object_id
            and hourly.day_date = day_peak.day_date
            and hourly.peak_vehicles = day_peak.peak_vehicles
),

peak_reading as (
    select
        peak_hour.object_kind,
        peak_hour.object_id,
        reading.observed_at,
        peak_hour.people is not null as is_people
    from peak_hour
    inner join tourism.scenic_flow as reading
        on
            peak_hour.object_id = reading.spot_id
            and peak_hour.flow_source = reading.flow_source
            and peak_hour.people = reading.visitors_on_site
            and peak_hour.hour_at = date_trunc('hour', reading.observed_at)
    where
        peak_hour.object_kind = 'spot'
        and coalesce(reading.data_flag, 'N') in ('N', 'R')
    union all
    select
        peak_hour.object_kind,
        peak_hour.object_id,
        reading.observed_at,
        peak_hour.people is not null as is_people
    from peak_hour
    inner join tourism.node_flow as reading
        on
            peak_hour.object_id = reading.node_id
            and peak_hour.flow_source = reading.flow_source
            and peak_hour.hour_at = date_trunc('hour', reading.observed_at)
    where
        peak_hour.object_kind = 'node'
        and (peak_hour.people = reading.visitors_on_site or peak_hour.vehicles = reading.vehicles_on_site)
        and coalesce(reading.data_flag, 'N') in ('N', 'R')
),

peak_time as (
    select
        object_kind,
        object_id,
        cast(observed_at as date) as day_date,
        min(observed_at) filter (where is_people) as peak_at,
        min(observed_at) filter (where not is_people) as vehicles_peak_at
    from peak_reading
    group by object_kind, object_id, cast(observed_at as date)
)

select
    day_peak.object_kind,
    day_peak.object_id,
    coalesce(capacity.place_code, day_peak.place_code) as place_code,
    day_peak.day_date,
    capacity.instantaneous_capacity,
    day_peak.peak_on_site,
    peak_time.peak_at,
    day_peak.peak_vehicles,
    peak_time.vehicles_peak_at,
    case
        when capacity.instantaneous_capacity is not null and day_peak.peak_on_site is not null
            then day_hour.warning_hour_count
    end as warning_hour_count,
    case
        when capacity.instantaneous_capacity is not null and day_peak.peak_on_site is not null
            then day_hour.full_hour_count
    end as full_hour_count
from day_peak
left join day_hour
    on
        day_peak.object_kind = day_hour.object_kind
        and day_peak.object_id = day_hour.object_id
        and day_peak.day_date = day_hour.day_date
left join peak_time
    on
        day_peak.object_kind = peak_time.object_kind
        and day_peak.object_id = peak_time.object_id
        and day_peak.day_date = peak_time.day_date
left join capacity
    on day_peak.object_kind = capacity.object_kind and day_peak.object_id = capacity.object_id
order by day_peak.object_kind, day_peak.object_id, day_peak.day_date
