-- 最满的一日：统计期内每处景区票务口径日接待最多的一日，与核定日最大承载量
-- grain: one row per scenic spot with an approved daily capacity and a daily report in the period
-- binds: $area (place code prefix), $since, $until
with ranked as (
    select
        spot_id,
        day_date,
        visitor_count,
        row_number() over (partition by spot_id order by visitor_count desc, day_date) as rank_no
    from tourism.scenic_daily
    where
        day_date >= $since and day_date < $until
        and visitor_count is not null
)

select
    spot.spot_id,
    spot.name,
    spot.place_code,
    spot.daily_capacity,
    ranked.day_date,
    ranked.visitor_count
from ranked
inner join tourism.scenic_spot as spot on ranked.spot_id = spot.spot_id
where
    ranked.rank_no = 1
    and spot.daily_capacity > 0
    and starts_with(spot.place_code, $area)
order by spot.spot_id
