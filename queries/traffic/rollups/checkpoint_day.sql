-- 卡口日量：各卡口每日过车、来源、识别与在线小时的累加量；车辆数只取数据标识正常的小时
-- grain: one row per checkpoint, direction and day
-- binds: none
with flagged as (
    select
        *,
        coalesce(data_flag, 'N') in ('N', 'R') as is_valid
    from traffic.checkpoint_hourly
)

select
    checkpoint_id,
    place_code,
    travel_direction,
    observed_at::date as day_date,
    count(is_online) as hour_count,
    count(*) filter (where is_online) as online_hour_count,
    sum(vehicle_count) filter (where is_valid) as vehicle_count,
    sum(vehicle_count) filter (where is_valid and recognised_count is not null) as checked_count,
    sum(recognised_count) filter (where is_valid and vehicle_count is not null) as recognised_count,
    sum(local_count) filter (where is_valid and province_count is not null and outside_count is not null)
        as local_count,
    sum(province_count) filter (where is_valid and local_count is not null and outside_count is not null)
        as province_count,
    sum(outside_count) filter (where is_valid and local_count is not null and province_count is not null)
        as outside_count
from flagged
group by checkpoint_id, place_code, travel_direction, observed_at::date
order by place_code, checkpoint_id, travel_direction, day_date
