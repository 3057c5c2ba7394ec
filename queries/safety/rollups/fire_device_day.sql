-- 消防设备日终状态：每日日终各地各类设备按状态的台数；当日没有上报的沿用前一状态，超过 7 天没有上报的按离线计
-- grain: one row per township, day, kind of device, whether it guards an old building, and state
-- binds: none
with reported as (
    select
        place_code,
        kind,
        heritage_id is not null as is_heritage,
        status,
        observed_at::date as day_date,
        lead(observed_at::date) over (partition by device_id order by observed_at) as next_date
    from safety.fire_iot
),

span as (
    select max(observed_at)::date as last_date
    from safety.fire_iot
),

-- the last report of a device's day is the one whose successor, if any, is of a later day
day_end as (
    select
        left(reported.place_code, 9) as place_code,
        reported.kind,
        reported.is_heritage,
        reported.status,
        reported.day_date,
        coalesce(reported.next_date, span.last_date + 1) as next_date,
        count(*) as device_count
    from reported
    cross join span
    where reported.next_date is null or reported.next_date > reported.day_date
    group by
        left(reported.place_code, 9), reported.kind, reported.is_heritage, reported.status, reported.day_date,
        coalesce(reported.next_date, span.last_date + 1)
),

stood as (
    select
        place_code,
        kind,
        is_heritage,
        status,
        day_date,
        device_count
    from day_end
    union all
    select
        day_end.place_code,
        day_end.kind,
        day_end.is_heritage,
        case when calendar.day_date - day_end.day_date > 7 then 'offline' else day_end.status end as status,
        calendar.day_date,
        day_end.device_count
    from day_end
    inner join common.calendar as calendar
        on calendar.day_date > day_end.day_date and calendar.day_date < day_end.next_date
    where day_end.next_date > day_end.day_date + 1
)

select
    place_code,
    day_date,
    kind,
    is_heritage,
    status,
    sum(device_count)::bigint as device_count
from stood
group by place_code, day_date, kind, is_heritage, status
order by place_code, day_date, kind, is_heritage, status
