-- 停车进出两处不同：停车日统计的进场、离场，与车位数据全日之和，数据齐全的日子
-- grain: one row where any lot and day differs
-- binds: none
with counted as (
    select
        status.lot_id,
        cast(status.observed_at as date) as day_date,
        sum(status.vehicle_in_count) as vehicle_in_count,
        max(status.occupied_count) as peak_occupied_count
    from traffic.parking_status as status
    group by status.lot_id, cast(status.observed_at as date)
    having count(status.vehicle_in_count) = 288
),

compared as (
    select
        daily.lot_id,
        daily.day_date,
        daily.vehicle_in_count,
        counted.vehicle_in_count as counted
    from traffic.parking_daily as daily
    inner join counted on daily.lot_id = counted.lot_id and daily.day_date = counted.day_date
    where daily.vehicle_in_count <> counted.vehicle_in_count
)

select
    'traffic.parking_daily' as source_table,
    'traffic.parking_status' as other_table,
    count(*) as finding_count,
    cast(min(day_date) as timestamp) as first_at,
    cast(max(day_date) as timestamp) as last_at,
    max_by(
        lot_id || ' ' || cast(day_date as varchar) || '：进场 ' || vehicle_in_count || ' 对 ' || counted || ' 辆',
        abs(vehicle_in_count - counted)
    ) as example
from compared
having count(*) > 0
