-- 辐射环境：辖区内各站逐日空气吸收剂量率
-- grain: one row per station and day with a valid value
-- binds: $area (place code prefix), $since, $until
select
    station.name,
    daily.day_date,
    daily.dose_rate_mean_ngyh,
    daily.dose_rate_max_ngyh
from ecology.radiation_daily as daily
inner join ecology.radiation_station as station on daily.radiation_station_id = station.radiation_station_id
where
    daily.day_date >= $since and daily.day_date < $until
    and starts_with(daily.place_code, $area)
    and coalesce(daily.data_flag, 'N') in ('N', 'R')
    and daily.dose_rate_mean_ngyh is not null
order by station.name, daily.day_date
