-- 客运枢纽：统计期内各枢纽到发旅客、晚点和取消班次
-- grain: one row per hub, the busiest first
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, hub_id, hub_kind
select
    hub_id,
    name,
    hub_kind,
    place_code,
    count(*) as day_count,
    sum(passenger_in_count) as passenger_in_count,
    sum(passenger_out_count) as passenger_out_count,
    sum(trip_count) as trip_count,
    sum(delayed_trip_count) as delayed_trip_count,
    sum(cancelled_trip_count) as cancelled_trip_count
from traffic.hub_daily
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
    and $filters
group by hub_id, name, hub_kind, place_code
order by sum(passenger_in_count) + sum(passenger_out_count) desc nulls last, hub_id
