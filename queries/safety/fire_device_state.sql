-- 消防设施在不在岗：统计期内最近一天日终，各类消防物联设备按状态的台数，与期内报警、核实、误报起数
-- grain: one row per kind of device, the least sound first
-- binds: $area (place code prefix), $since, $until
-- filters: district_code
with stood as (
    select
        kind,
        sum(device_count)::bigint as device_count,
        sum(device_count) filter (where status = 'normal')::bigint as normal_count,
        sum(device_count) filter (where status = 'fault')::bigint as fault_count,
        sum(device_count) filter (where status = 'offline')::bigint as offline_count
    from safety.fire_device_day
    where
        day_date = (
            select max(newest.day_date)
            from safety.fire_device_day as newest
            where newest.day_date >= $since and newest.day_date < $until
        )
        and starts_with(place_code, $area)
        and $filters
    group by kind
),

alarmed as (
    select
        kind,
        sum(alarm_count)::bigint as alarm_count,
        sum(false_count)::bigint as false_count
    from safety.fire_alarm_day
    where
        day_date >= $since and day_date < $until
        and starts_with(place_code, $area)
        and $filters
    group by kind
)

select
    stood.kind as fire_iot_kind,
    stood.device_count,
    1.0 * coalesce(stood.normal_count, 0) / stood.device_count as normal_rate,
    coalesce(stood.fault_count, 0) as fault_count,
    coalesce(stood.offline_count, 0) as offline_count,
    coalesce(alarmed.alarm_count, 0) as alarm_count,
    coalesce(alarmed.false_count, 0) as false_count
from stood
left join alarmed on stood.kind = alarmed.kind
order by normal_rate, fire_iot_kind
