-- 超标处置：统计期内开始的超标有几起，派遣、到场、查实、办结各几起（误报不计）
-- grain: one row
-- binds: $area (place code prefix), $since, $until
select
    count(*) as exceedance_count,
    count(*) filter (where arrived_at is not null) as arrived_count,
    count(*) filter (where is_confirmed) as confirmed_count,
    count(*) filter (where closed_at is not null) as closed_count,
    count(*) filter (where arrived_at is null and closed_at is null) as waiting_count
from ecology.exceedance
where
    started_at >= $since and started_at < $until
    and starts_with(place_code, $area)
    and status <> 'false_alarm'
