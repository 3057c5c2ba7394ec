-- 高排放柴油车清单：统计期内判为高排放的天数最多的车，号牌为脱敏号牌
-- grain: one row per vehicle with at least one such day, worst first
-- binds: $area (place code prefix), $since, $until
-- filters: emission_stage, kind
select
    vehicle.plate_masked,
    vehicle.kind as diesel_vehicle_kind,
    vehicle.emission_stage,
    vehicle.operator_name,
    vehicle.place_code,
    count(*) as day_count,
    count(*) filter (where daily.is_high_emission) as high_emission_day_count,
    avg(daily.nox_mean_ppm) as nox_mean_ppm,
    cast(sum(daily.exceed_min) as integer) as exceed_min,
    sum(daily.obd_alarm_count) as obd_alarm_count
from ecology.obd_daily as daily
inner join ecology.diesel_vehicle as vehicle on daily.vehicle_id = vehicle.vehicle_id
where
    daily.day_date >= $since and daily.day_date < $until
    and starts_with(daily.place_code, $area)
    and $filters
    and daily.is_high_emission is not null
    and coalesce(daily.data_flag, 'N') in ('N', 'R')
group by
    vehicle.vehicle_id,
    vehicle.plate_masked,
    vehicle.kind,
    vehicle.emission_stage,
    vehicle.operator_name,
    vehicle.place_code
having count(*) filter (where daily.is_high_emission) > 0
order by high_emission_day_count desc, nox_mean_ppm desc, vehicle.vehicle_id
limit 50
