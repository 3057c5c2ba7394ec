-- 应到场日值：各社区每日应到场的真实告警几起，限时未到场几起；按应到场时间所在的日
-- grain: one row per place, kind and day on which somebody had to be there
-- binds: none
with clock as (
    select greatest(max(raised_at), max(acknowledged_at), max(arrived_at), max(closed_at)) as data_time
    from community.care_alert
)

select
    alert.place_code,
    alert.kind,
    cast(alert.due_at as date) as day_date,
    count(*) as due_count,
    count(*) filter (where alert.arrived_at is null or alert.arrived_at > alert.due_at) as unreached_count
from community.care_alert as alert
inner join clock on alert.due_at <= clock.data_time
where coalesce(not alert.is_false_alarm, true)
group by alert.place_code, alert.kind, cast(alert.due_at as date)
order by day_date, alert.place_code, alert.kind
