-- 水库日水情：登记的每座水库当日最后一个有效水位，是否高于汛限水位；没有报送的日子也有行
-- grain: one row per registered reservoir and day, from the first to the last day of reservoir_hourly
-- binds: none
with valid as (
    select
        reservoir_id,
        observed_at,
        water_level_m
    from ecology.reservoir_hourly
    where water_level_m is not null and coalesce(data_flag, 'N') in ('N', 'R')
),

span as (
    select
        min(observed_at)::date as first_day,
        max(observed_at)::date as last_day
    from ecology.reservoir_hourly
),

last_report as (
    select
        reservoir_id,
        observed_at::date as day_date,
        max(observed_at) as observed_at
    from valid
    group by reservoir_id, observed_at::date
)

select
    reservoir.reservoir_id,
    reservoir.place_code,
    reservoir.kind,
    calendar.day_date,
    valid.observed_at,
    valid.water_level_m,
    reservoir.flood_limit_level_m,
    valid.water_level_m > reservoir.flood_limit_level_m as is_over_limit
from ecology.reservoir as reservoir
cross join span
inner join common.calendar as calendar
    on calendar.day_date >= span.first_day and calendar.day_date <= span.last_day
left join last_report
    on reservoir.reservoir_id = last_report.reservoir_id and calendar.day_date = last_report.day_date
left join valid
    on last_report.reservoir_id = valid.reservoir_id and last_report.observed_at = valid.observed_at
order by reservoir.place_code, reservoir.reservoir_id, calendar.day_date
