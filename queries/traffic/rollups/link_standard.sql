-- 路段计算参数：登记的每个路段的长度、自由流速度和没有流量时的默认权重（与 metrics/standards/traffic.py 的默认值相同）
-- grain: one row per registered link
-- binds: none
with usual as (
    select
        *,
        case road_class
            when 'express' then 80.0
            when 'arterial' then 50.0
            when 'secondary' then 40.0
            when 'branch' then 30.0
            when 'highway' then 60.0
        end as class_speed_kmh,
        case road_class
            when 'express' then 1200.0
            when 'arterial' then 600.0
            when 'secondary' then 300.0
            when 'branch' then 120.0
            when 'highway' then 400.0
            else 100.0
        end as class_flow_vph
    from traffic.road_link
)

select
    link_id,
    place_code,
    road_name,
    road_class,
    length_km,
    class_flow_vph,
    valid_from,
    valid_to,
    case when free_speed_kmh > 0 then free_speed_kmh else class_speed_kmh end as free_speed_kmh
from usual
order by place_code, link_id
