-- 感知覆盖：统计期最后一日各主题各类感知设备的规划、已建、在线；当日未报的在线数为空
-- grain: one row per theme and kind of sensor
-- binds: $area (place code prefix), $until
-- filters: district_code, sensor_kind, theme
select
    theme,
    sensor_kind,
    cast(sum(planned_count) as bigint) as planned_count,
    cast(sum(installed_count) as bigint) as installed_count,
    cast(sum(online_count) as bigint) as online_count,
    cast(sum(installed_count) filter (where online_count is not null) as bigint) as reported_count
from overview.sensor_coverage
where
    day_date = $until - interval 1 day
    and starts_with(place_code, $area)
    and $filters
group by theme, sensor_kind
order by theme, sensor_kind
