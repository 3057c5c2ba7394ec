-- 客流小时值：每处景区、节点每小时在场人数（无人数计数的用车辆）的最高值和进入量，每小时只取一种计数方式
-- grain: one row per scenic spot or crowd node and hour with a valid reading of people or vehicles on site
-- binds: none
with reading as (
    select
        'spot' as object_kind,
        spot_id as object_id,
        place_code,
        observed_at,
        flow_source,
        visitors_on_site,
        visitor_in_count,
        cast(null as bigint) as vehicles_on_site,
        cast(null as bigint) as vehicle_in_count
    from tourism.scenic_flow
    where coalesce(data_flag, 'N') in ('N', 'R')
    union all
    select
        'node' as object_kind,
        node_id as object_id,
        place_code,
        observed_at,
        flow_source,
        visitors_on_site,
        visitor_in_count,
        vehicles_on_site,
        vehicle_in_count
    from tourism.node_flow
    where coalesce(data_flag, 'N') in ('N', 'R')
),

-- 计数方式的优先次序：闸机、视频、信令、卡口、人工；不同方式从不相加
by_source as (
    select
        object_kind,
        object_id,
        date_trunc('hour', observed_at) as hour_at,
        flow_source,
        case flow_source when 'gate' then 1 when 'camera' then 2 when 'phone' then 3 when 'checkpoint' then 4 else 5 end
            as source_rank,
        max(place_code) as place_code,
        max(visitors_on_site) as peak_on_site,
        sum(visitor_in_count) as visitor_in_count,
        max(vehicles_on_site) as peak_vehicles,
        sum(vehicle_in_count) as vehicle_in_count
    from reading
    group by object_kind, object_id, date_trunc('hour', observed_at), flow_source
),

best as (
    select
        object_kind,
        object_id,
        hour_at,
        min(source_rank) filter (where peak_on_site is not null) as people_rank,
        min(source_rank) filter (where peak_vehicles is not null) as vehicle_rank
    from by_source
    group by object_kind, object_id, hour_at
),

chosen as (
    select
        by_source.object_kind,
        by_source.object_id,
        by_source.hour_at,
        max(by_source.place_code) as place_code,
        max(by_source.flow_source) filter (where by_source.source_rank = best.people_rank) as people_source,
        max(by_source.peak_on_site) filter (where by_source.source_rank = best.people_rank) as peak_on_site,
        sum(by_source.visitor_in_count) filter (where by_source.source_rank = best.people_rank) as visitor_in_count,
        max(by_source.flow_source) filter (where by_source.source_rank = best.vehicle_rank) as vehicle_source,
        max(by_source.peak_vehicles) filter (where by_source.source_rank = best.vehicle_rank) as peak_vehicles,
        sum(by_source.vehicle_in_count) filter (where by_source.source_rank = best.vehicle_rank) as vehicle_in_count
    from by_source
    inner join best
        on
            by_source.object_kind = best.object_kind
            and by_source.object_id = best.object_id
            and by_source.hour_at = best.hour_at
    where best.people_rank is not null or best.vehicle_rank is not null
    group by by_source.object_kind, by_source.object_id, by_source.hour_at
)

select
    object_kind,
    object_id,
    place_code,
    cast(hour_at as date) as day_date,
    hour_at,
    people_source,
    peak_on_site,
    cast(visitor_in_count as bigint) as visitor_in_count,
    vehicle_source,
    peak_vehicles,
    cast(vehicle_in_count as bigint) as vehicle_in_count
from chosen
order by object_kind, object_id, hour_at
