-- 老问题在哪几个点反复（问题18）：截止前 90 天内同点同类立案三次及以上的点位，附最近一件已处置案件的前后照片
-- grain: one row per place and kind, most often first, at most 200
-- binds: $area (place code prefix), $until
-- filters: category_name, handling_unit, channel, district_code
with recent as (
    select *
    from urban.repeat_case
    where
        filed_at >= $until - interval 90 day and filed_at < $until
        and starts_with(place_code, $area)
        and $filters
)

select
    kind_name,
    count(*) as case_count,
    min(filed_at) as first_filed_at,
    max(filed_at) as last_filed_at,
    count(*) filter (where closed_at is null or closed_at >= $until) as open_count,
    arg_max(place_code, filed_at) as place_code,
    arg_max(address, filed_at) as address,
    arg_max(handling_unit, filed_at) as handling_unit,
    arg_max(case_id, filed_at) as last_case_id,
    arg_max(case_id, filed_at) filter (where photo_after_ref is not null) as photo_case_id,
    arg_max(photo_before_ref, filed_at) filter (where photo_after_ref is not null) as photo_before_ref,
    arg_max(photo_after_ref, filed_at) filter (where photo_after_ref is not null) as photo_after_ref,
    avg(lon) as lon,
    avg(lat) as lat
from recent
group by square_x, square_y, kind_key, kind_name
having count(*) >= 3
order by case_count desc, last_filed_at desc, last_case_id
limit 200
