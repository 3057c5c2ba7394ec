-- 管网：各类管网最近一年的长度、老旧和有监测的长度，统计期内的告警与处置，事故起数
-- grain: one row per kind of pipe
-- binds: $area (place code prefix, down to the subdistrict), $since, $until
with newest as (
    select max(year) as year
    from urban.pipe_network
    where data_date < $until
),

stock as (
    select
        n.pipe_kind,
        sum(n.length_km) as length_km,
        sum(n.old_length_km) as old_length_km,
        sum(n.monitored_length_km) as monitored_length_km
    from urban.pipe_network as n
    inner join newest on n.year = newest.year
    where starts_with(n.place_code, $area)
    group by n.pipe_kind
),

watched as (
    select
        pipe_kind,
        sum(alarm_count) as alarm_count,
        sum(handled_alarm_count) as handled_alarm_count
    from urban.pipe_monitor_daily
    where day_date >= $since and day_date < $until and starts_with(place_code, $area)
    group by pipe_kind
),

broken as (
    select
        pipe_kind,
        count(*) as incident_count,
        count(*) filter (where repaired_at is null or repaired_at >= $until) as open_incident_count
    from urban.pipe_incident
    where occurred_at >= $since and occurred_at < $until and starts_with(place_code, $area)
    group by pipe_kind
)

select
    stock.pipe_kind,
    stock.length_km,
    stock.old_length_km,
    stock.monitored_length_km,
    watched.alarm_count,
    watched.handled_alarm_count,
    coalesce(broken.incident_count, 0) as incident_count,
    coalesce(broken.open_incident_count, 0) as open_incident_count
from stock
left join watched on stock.pipe_kind = watched.pipe_kind
left join broken on stock.pipe_kind = broken.pipe_kind
order by stock.length_km desc, stock.pipe_kind
