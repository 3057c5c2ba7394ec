-- 一日客流曲线：某日每处景区、节点逐刻在场人数（无人数计数的为车辆）与核定瞬时承载量，每小时只取一种计数方式
-- grain: one row per scenic spot or crowd node and valid reading of the day, in the order of time
-- binds: $area (place code prefix), $day (the day asked about), $object_id (one spot or node; '' = all of the area)
with chosen as (
    select
        object_kind,
        object_id,
        hour_at,
        coalesce(people_source, vehicle_source) as flow_source
    from tourism.crowd_hour
    where
        day_date = $day
        and ($object_id = '' or object_id = $object_id)
)

select
    chosen.object_kind,
    chosen.object_id,
    spot.name,
    flow.observed_at,
    true as is_people,
    flow.visitors_on_site as load,
    nullif(spot.instantaneous_capacity, 0) as instantaneous_capacity
from chosen
inner join tourism.scenic_spot as spot on chosen.object_id = spot.spot_id
inner join tourism.scenic_flow as flow
    on
        chosen.object_id = flow.spot_id
        and chosen.flow_source = flow.flow_source
        and chosen.hour_at = date_trunc('hour', flow.observed_at)
where
    chosen.object_kind = 'spot'
    and flow.visitors_on_site is not null
    and coalesce(flow.data_flag, 'N') in ('N', 'R')
    and starts_with(spot.place_code, $area)
union all
select
    chosen.object_kind,
    chosen.object_id,
    node.name,
    flow.observed_at,
    flow.visitors_on_site is not null as is_people,
    coalesce(flow.visitors_on_site, flow.vehicles_on_site) as load,
    case
        when flow.visitors_on_site is not null then nullif(node.instantaneous_capacity, 0)
    end as instantaneous_capacity
from chosen
inner join tourism.crowd_node as node on chosen.object_id = node.node_id
inner join tourism.node_flow as flow
    on
        chosen.object_id = flow.node_id
        and chosen.flow_source = flow.flow_source
        and chosen.hour_at = date_trunc('hour', flow.observed_at)
where
    chosen.object_kind = 'node'
    and coalesce(flow.visitors_on_site, flow.vehicles_on_site) is not null
    and coalesce(flow.data_flag, 'N') in ('N', 'R')
    and starts_with(node.place_code, $area)
order by object_kind, object_id, observed_at
