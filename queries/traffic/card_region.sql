-- 一卡通出行：统计期内各出行方式、发卡地的出行人次
-- grain: one row per mode and region of issue
-- binds: $area (place code prefix), $since, $until
-- filters: card_kind, district_code, trip_mode
select
    trip_mode,
    card_region,
    sum(passenger_count) as passenger_count,
    sum(discounted_count) as discounted_count
from traffic.card_trip_daily
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
    and $filters
group by trip_mode, card_region
order by trip_mode, card_region
