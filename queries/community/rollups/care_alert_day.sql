-- 照护告警日值：各社区每日各类告警几起，误报几起，真实告警中 5 分钟内响应几起；按告警日
-- grain: one row per place, kind and day on which an alert was raised
-- binds: none
select
    place_code,
    kind,
    cast(raised_at as date) as day_date,
    count(*) as alert_count,
    count(*) filter (where is_false_alarm) as false_count,
    count(*) filter (where coalesce(not is_false_alarm, true)) as real_count,
    count(*) filter (
        where coalesce(not is_false_alarm, true) and acknowledged_at <= raised_at + interval 5 minute
    ) as answered_count
from community.care_alert
group by place_code, kind, cast(raised_at as date)
order by day_date, place_code, kind
