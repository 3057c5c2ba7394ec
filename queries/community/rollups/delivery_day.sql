-- 无人配送日值：各区县每日各种方式的件数与失败件数；两项都报了才计
-- grain: one row per place (district at most), mode and day
-- binds: none
select
    left(place_code, 6) as place_code,
    delivery_mode,
    day_date,
    cast(sum(parcel_count) as bigint) as parcel_count,
    cast(sum(failed_count) as bigint) as failed_count,
    cast(sum(delivery_trip_count) as bigint) as delivery_trip_count
from community.delivery_daily
where parcel_count is not null and failed_count is not null
group by left(place_code, 6), delivery_mode, day_date
order by day_date, left(place_code, 6), delivery_mode
