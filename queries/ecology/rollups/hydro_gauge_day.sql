-- 河道水位日值：有警戒水位的每个水文站当日最高水位，是否超警戒；没有报送的日子也有行
-- grain: one row per station with a warning level and day, from the first to the last day of hydro_hourly
-- binds: none
with span as (
    select
        min(observed_at)::date as first_day,
        max(observed_at)::date as last_day
    from ecology.hydro_hourly
),

day_value as (
    select
        hydro_station_id,
        observed_at::date as day_date,
        max(water_level_m) as highest_level_m
    from ecology.hydro_hourly
    where coalesce(data_flag, 'N') in ('N', 'R')
    group by hydro_station_id, observed_at::date
)

select
    station.hydro_station_id,
    station.place_code,
    calendar.day_date,
    day_value.highest_level_m,
    station.warning_water_level_m,
    day_value.highest_level_m > station.warning_water_level_m as is_over_warning
from ecology.hydro_station as station
cross join span
inner join common.calendar as calendar
    on calendar.day_date >= span.first_day and calendar.day_date <= span.last_day
left join day_value
    on station.hydro_station_id = day_value.hydro_station_id and calendar.day_date = day_value.day_date
where station.warning_water_level_m is not null
order by station.place_code, station.hydro_station_id, calendar.day_date
