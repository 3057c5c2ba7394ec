-- 反复点位：截止前 90 天内同点同类立案三次及以上
-- grain: one row per place and kind
-- binds: $area (place code prefix), $until
select
    arg_max(case_id, filed_at) as object_id,
    arg_max(place_code, filed_at) as place_code,
    avg(lon) as lon,
    avg(lat) as lat,
    arg_max(address, filed_at) as object_name,
    kind_name as object_kind,
    'attention' as object_state,
    count(*) as case_count,
    count(*) filter (where closed_at is null or closed_at >= $until) as open_count,
    max(filed_at) as last_filed_at,
    arg_max(handling_unit, filed_at) as handling_unit
from urban.repeat_case
where
    filed_at >= $until - interval 90 day and filed_at < $until
    and starts_with(place_code, $area)
group by square_x, square_y, kind_key, kind_name
having count(*) >= 3
order by case_count desc, object_id
