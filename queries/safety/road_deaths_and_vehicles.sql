-- 交通事故死亡与机动车保有量：统计期内 122 警情的死亡人数，期末前最近一年的机动车保有量
-- grain: one row
-- binds: $area (place code prefix), $since, $until
with calls as (
    select
        count(*) filter (where call_line = '122') as row_count,
        sum(dead_count) filter (where call_line = '122' and starts_with(place_code, $area))::bigint as dead_count
    from safety.alarm_day
    where day_date >= $since and day_date < $until
),

newest as (
    select max(year) as year
    from traffic.vehicle_stock
    where data_date < $until
),

vehicles as (
    select
        max(stock.year) as year,
        sum(stock.vehicle_count)::bigint as vehicle_count
    from traffic.vehicle_stock as stock
    inner join newest on stock.year = newest.year
    where starts_with(stock.place_code, $area)
)

select
    case when calls.row_count > 0 then coalesce(calls.dead_count, 0) end as dead_count,
    vehicles.vehicle_count,
    vehicles.year as vehicle_year
from calls
cross join vehicles
