-- 限时未到场：应到场时间在统计期内而无人到场或到场过晚的真实告警，集中在哪些乡镇街道、由谁处置
-- grain: one row per subdistrict and handling unit with such an alert, most alerts first
-- binds: $area (place code prefix), $since, $until
-- filters: district_code
with clock as (
    select greatest(max(raised_at), max(acknowledged_at), max(arrived_at), max(closed_at)) as data_time
    from community.care_alert
),

late as (
    select
        left(alert.place_code, 9) as place_code,
        alert.handling_unit,
        alert.raised_at,
        alert.arrived_at,
        alert.closed_at,
        date_diff('minute', alert.due_at, alert.arrived_at) as late_min
    from community.care_alert as alert
    inner join clock on alert.due_at <= clock.data_time
    where
        alert.due_at >= $since and alert.due_at < $until
        and starts_with(alert.place_code, $area)
        and $filters
        and coalesce(not alert.is_false_alarm, true)
        and (alert.arrived_at is null or alert.arrived_at > alert.due_at)
)

select
    late.place_code,
    division.name,
    late.handling_unit,
    count(*) as unreached_count,
    count(*) filter (where late.arrived_at is null) as never_count,
    count(*) filter (where late.closed_at is null) as open_count,
    max(late.late_min) as longest_late_min,
    max(late.raised_at)::date as last_raised_date  -- to the day: a minute would name the one who raised it
from late
left join common.division as division on late.place_code = division.place_code
group by late.place_code, division.name, late.handling_unit
order by unreached_count desc, late.place_code, late.handling_unit
