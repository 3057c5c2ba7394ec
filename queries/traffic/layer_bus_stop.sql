-- 公交站：登记现状
-- grain: one row per object
-- binds: $area (place code prefix)
select
    stop_id as object_id,
    place_code,
    lon,
    lat,
    name as object_name,
    '公交站' as object_kind,
    case when is_open then 'ok' else 'none' end as object_state,
    has_shelter,
    has_e_board,
    is_open
from traffic.bus_stop
where
    starts_with(place_code, $area)
order by object_id
