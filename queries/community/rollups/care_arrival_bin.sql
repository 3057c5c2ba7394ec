-- 到场用时分布：有到场时间的告警，自告警到到场满几分钟的各几起；按告警日
-- grain: one row per place, kind, day and full minute
-- binds: none
select
    place_code,
    kind,
    cast(raised_at as date) as day_date,
    cast(floor(date_diff('second', raised_at, arrived_at) / 60.0) as integer) as minute_bin,
    count(*) as alert_count
from community.care_alert
where arrived_at is not null
group by
    place_code, kind, cast(raised_at as date),
    cast(floor(date_diff('second', raised_at, arrived_at) / 60.0) as integer)
order by day_date, place_code, kind, minute_bin
