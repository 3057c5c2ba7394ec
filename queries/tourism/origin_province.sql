-- 客源省份：统计期内本地手机信令口径各省（境外合为一类）的游客人次，多的在前
-- grain: one row per province of origin, and one for all of abroad
-- binds: $area (place code, equal), $since, $until
select
    case when is_overseas then '境外' else left(origin_code, 2) end as origin_province,
    is_overseas,
    sum(visitor_count) as visitor_count
from tourism.visitor_origin_daily
where
    day_date >= $since and day_date < $until
    and place_code = $area
    and object_id = 'all'
    and caliber = 'phone_signalling'
    and visitor_count is not null
group by case when is_overseas then '境外' else left(origin_code, 2) end, is_overseas
order by visitor_count desc, origin_province
