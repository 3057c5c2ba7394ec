-- 事件恢复用时分布：已恢复的事故、拥堵、故障等从发生到恢复的分钟数，每 5 分钟一档（施工、封路、灾害、活动和误报不计）
-- grain: one row per place, kind, day of recovery and bin (bin = whole 5 minutes)
-- binds: none
select
    place_code,
    kind,
    cleared_at::date as day_date,
    floor(extract(epoch from cleared_at - occurred_at) / 300) as duration_bin,
    count(*) as incident_count
from traffic.incident
where
    status <> 'cancelled'
    and cleared_at >= occurred_at
    and kind in ('accident', 'congestion', 'breakdown', 'other')
group by place_code, kind, cleared_at::date, floor(extract(epoch from cleared_at - occurred_at) / 300)
order by place_code, day_date, kind, duration_bin
