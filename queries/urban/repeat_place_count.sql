-- 反复问题点位数：截止前 90 天内同点同类立案三次及以上的点位，和同期立案件数
-- grain: one row
-- binds: $area (place code prefix), $until
-- filters: category_name, handling_unit, channel, district_code
with repeated as (
    select
        square_x,
        square_y,
        kind_key
    from urban.repeat_case
    where
        filed_at >= $until - interval 90 day and filed_at < $until
        and starts_with(place_code, $area)
        and $filters
    group by square_x, square_y, kind_key
    having count(*) >= 3
)

select
    (select count(*) from repeated) as place_count,
    sum(filed_count) as case_count
from urban.case_daily
where
    day_date >= $until - interval 90 day and day_date < $until
    and starts_with(place_code, $area)
    and $filters
