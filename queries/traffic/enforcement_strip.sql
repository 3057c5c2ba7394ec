-- 交通执法：统计期内各类执法的检查、违法、处理、超限和卸载，及设备在线（台·日）
-- grain: one row per kind of enforcement
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, kind
select
    kind,
    kind as enforcement_daily_kind,
    sum(checked_count) as checked_count,
    sum(violation_count) as violation_count,
    sum(processed_count) as processed_count,
    sum(overloaded_count) as overloaded_count,
    sum(unloaded_ton) as unloaded_ton,
    sum(online_count) filter (where device_count is not null) as online_device_day,
    sum(device_count) filter (where online_count is not null) as device_day,
    1.0 * sum(processed_count) / nullif(sum(violation_count), 0) as processed_rate,
    1.0 * sum(online_count) filter (where device_count is not null)
    / nullif(sum(device_count) filter (where online_count is not null), 0) as online_rate
from traffic.enforcement_daily
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
    and $filters
group by kind
order by kind
