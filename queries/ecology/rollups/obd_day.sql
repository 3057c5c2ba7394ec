-- 柴油车 OBD 日汇总：各地每日出车（有有效数据）的车数、其中高排放车数、在线与超标分钟
-- grain: one row per place_code and day
-- binds: none
select
    place_code,
    day_date,
    count(*) as vehicle_count,
    count(*) filter (where is_high_emission) as high_emission_count,
    sum(online_min) as online_min,
    sum(exceed_min) as exceed_min
from ecology.obd_daily
where
    is_high_emission is not null
    and coalesce(data_flag, 'N') in ('N', 'R')
group by place_code, day_date
order by place_code, day_date
