-- 柴油车 OBD(生态环境主题的表)：统计期内各区县联网柴油车数、高排放车数、故障报警和超标时长
-- grain: one row per district with monitored diesel vehicles
-- binds: $area (place code prefix), $since, $until
-- filters: district_code
select
    left(place_code, 6) as district_code,
    count(distinct vehicle_id) as vehicle_count,
    count(distinct vehicle_id) filter (where is_high_emission) as high_emission_count,
    sum(obd_alarm_count) as obd_alarm_count,
    sum(exceed_min) as exceed_min,
    sum(online_min) as online_min
from ecology.obd_daily
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
    and $filters
group by left(place_code, 6)
order by left(place_code, 6)
