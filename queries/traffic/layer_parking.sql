-- 停车场：登记现状
-- grain: one row per object
-- binds: $area (place code prefix)
select
    lot_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    kind as object_kind,
    case when is_open then 'ok' else 'none' end as object_state,
    address,
    space_count,
    charging_space_count,
    is_connected,
    operator_name
from traffic.parking_lot
where
    starts_with(place_code, $area)
order by object_id
