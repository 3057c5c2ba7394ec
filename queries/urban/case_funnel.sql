-- 案件流转：统计期内上报的案件走到了哪一步
-- grain: one row for the area
-- binds: $area (place code prefix), $since, $until
select
    count(*) as reported_count,
    count(*) filter (where accepted_at < $until) as accepted_count,
    count(*) filter (where filed_at < $until) as filed_count,
    count(*) filter (where dispatched_at < $until) as dispatched_count,
    count(*) filter (where handled_at < $until) as handled_count,
    count(*) filter (where closed_at < $until) as closed_count
from urban."case"
where
    reported_at >= $since and reported_at < $until
    and starts_with(place_code, $area)
