-- 物联设备：登记现状，离线与异常在前
-- grain: one row per object
-- binds: $area (place code prefix)
select
    device_id as object_id,
    place_code,
    lon,
    lat,
    device_id as object_name,
    kind as object_kind,
    case when is_abnormal or not is_online then 'attention' else 'ok' end as object_state,
    maintenance_unit,
    is_online,
    is_abnormal,
    last_seen_at,
    alarm_count
from urban.iot_device
where
    starts_with(place_code, $area)
order by object_id
