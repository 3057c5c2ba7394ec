-- 最新案件打点：统计期内最近立案的 5000 件（每区县只存最近 5000 件，更早的时期用 urban/case_point）
-- grain: one row per case, newest first, at most 5000
-- binds: $area (place code prefix), $since, $until
-- filters: category_name, handling_unit, channel, district_code
select
    case_id,
    place_code,
    lon,
    lat,
    category_name,
    status as case_status,
    filed_at
from urban.case_newest
where
    filed_at >= $since and filed_at < $until
    and starts_with(place_code, $area)
    and $filters
order by filed_at desc, case_id desc
limit 5000
