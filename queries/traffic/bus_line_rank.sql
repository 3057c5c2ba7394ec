-- 哪条公交没人坐（问题 21）：统计期内各线路百公里载客，少的在前
-- grain: one row per registered line in force, fewest passengers per 100 km first
-- binds: $area (place code prefix), $since, $until
-- filters: district_code
with carried as (
    select
        line_id,
        sum(trip_run_count) as trip_run_count,
        sum(passenger_count) filter (where vehicle_km is not null) as passenger_count,
        sum(vehicle_km) filter (where passenger_count is not null) as vehicle_km,
        sum(complaint_count) as complaint_count,
        avg(peak_full_ratio) as peak_full_ratio
    from traffic.bus_daily
    where day_date >= $since and day_date < $until
    group by line_id
)

select
    line.line_id,
    line.name,
    line.kind,
    line.place_code,
    line.operator_name,
    line.length_km,
    carried.trip_run_count,
    carried.passenger_count,
    carried.vehicle_km,
    100.0 * carried.passenger_count / nullif(carried.vehicle_km, 0) as riders_per_100km,
    1.0 * carried.passenger_count / nullif(carried.trip_run_count, 0) as riders_per_trip,
    carried.peak_full_ratio,
    carried.complaint_count
from traffic.bus_line as line
left join carried on line.line_id = carried.line_id
where
    starts_with(line.place_code, $area)
    and $filters
    and (line.valid_from is null or line.valid_from < $until)
    and (line.valid_to is null or line.valid_to > $since)
order by riders_per_100km nulls last, line.line_id
