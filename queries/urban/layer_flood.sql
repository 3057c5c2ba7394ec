-- 积水点：登记的易涝点
-- grain: one row per object
-- binds: $area (place code prefix)
select
    point_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    kind as object_kind,
    case when rectify_state = 'open' then 'attention' else 'ok' end as object_state,
    responsible_unit,
    alarm_depth_cm,
    closure_depth_cm,
    has_sensor,
    pump_count,
    rectify_state
from urban.flood_point
where
    starts_with(place_code, $area)
order by object_id
