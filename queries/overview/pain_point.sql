-- 痛点堵点：统计期内同一地点（乡镇街道一级）同一成因的事件，按件数排序，取前二十
-- grain: one row per township (or the coarser place known) and cause
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, lead_unit, theme, kind
select
    left(event.place_code, 9) as place_code,
    event.cause_name,
    count(*) as event_count,
    count(distinct event.theme) as theme_count,
    count(*) filter (where event.rework_count > 0) as reworked_count,
    max(event.occurred_at) as newest_at
from overview.event as event
where
    event.occurred_at >= $since and event.occurred_at < $until
    and event.status <> 'cancelled'
    and event.cause_name is not null
    and starts_with(event.place_code, $area)
    and $filters
group by left(event.place_code, 9), event.cause_name
order by event_count desc, place_code, event.cause_name
limit 20
