-- 事件办结时长分布：已结案事件从受理到结案的小时数，每半小时一档（作废的、结案早于受理的不计）
-- grain: one row per place, day of closing, theme, kind and bin (bin = whole half hours)
-- binds: none
select
    place_code,
    closed_at::date as day_date,
    theme,
    kind,
    floor(extract(epoch from closed_at - accepted_at) / 1800) as duration_bin,
    count(*) as event_count
from overview.event
where status <> 'cancelled' and closed_at >= accepted_at
group by
    place_code,
    closed_at::date,
    theme,
    kind,
    floor(extract(epoch from closed_at - accepted_at) / 1800)
order by place_code, day_date, theme, kind, duration_bin
