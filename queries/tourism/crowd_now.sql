-- 今天哪个点几点会挤爆（问题 4）：截至 $at 当天每处景区、节点的进入数、在场数、核定承载量和预计峰值时刻
-- 没有人数计数的（如无门票村落）用在场车辆；预计 = 同类日小时均值 × 当天已知小时的倍率
-- 同类日：节假日、周末、工作日各为一类，取此前 60 天内最近的 4 天
-- grain: one row per scenic spot or crowd node with a reading on the day of $at or a comparable day, the fullest first
-- binds: $area (place code prefix), $at (the moment asked about; midnight asks about the day that ends then)
-- filters: district_code
with asked as (
    select
        cast($at as timestamp) as at_time,
        cast(cast($at as timestamp) - interval 1 second as date) as day_date
),

place as (
    select
        'spot' as object_kind,
        spot_id as object_id,
        name,
        place_code,
        'scenic_spot' as kind,
        scenic_grade,
        nullif(instantaneous_capacity, 0) as instantaneous_capacity
    from tourism.scenic_spot
    where starts_with(place_code, $area) and $filters
    union all
    select
        'node' as object_kind,
        node_id as object_id,
        name,
        place_code,
        kind,
        null as scenic_grade,
        nullif(instantaneous_capacity, 0) as instantaneous_capacity
    from tourism.crowd_node
    where starts_with(place_code, $area) and $filters
),

day_class as (
    select
        calendar.day_date,
        case
            when calendar.holiday_name is not null then 'holiday'
            when calendar.is_workday then 'workday'
            else 'weekend'
        end as class
    from common.calendar as calendar
    cross join asked
    where
        calendar.day_date <= asked.day_date
        and calendar.day_date > asked.day_date - 61
),

comparable as (
    select earlier.day_date
    from day_class as earlier
    cross join asked
    inner join day_class as own on asked.day_date = own.day_date
    where
        earlier.day_date < asked.day_date
        and earlier.class = own.class
    order by earlier.day_date desc
    limit 4
),

wanted as (
    select day_date from comparable
    union all
    select day_date from asked
),

-- 每处每小时一个数：有人数用人数，没有用车辆
hourly as (
    select
        crowd.object_kind,
        crowd.object_id,
        crowd.day_date,
        crowd.hour_at,
        hour(crowd.hour_at) as hour_no,
        coalesce(crowd.peak_on_site, crowd.peak_vehicles) as load,
        case when crowd.peak_on_site is not null then crowd.visitor_in_count else crowd.vehicle_in_count end as entered,
        crowd.peak_on_site is not null as is_people
    from tourism.crowd_hour as crowd
    inner join wanted on crowd.day_date = wanted.day_date
    inner join place on crowd.object_kind = place.object_kind and crowd.object_id = place.object_id
),

expected as (
    select
        hourly.object_kind,
        hourly.object_id,
        hourly.hour_no,
        hourly.is_people,
        avg(hourly.load) as load,
        count(*) as day_count
    from hourly
    inner join comparable on hourly.day_date = comparable.day_date
    group by hourly.object_kind, hourly.object_id, hourly.hour_no, hourly.is_people
),

-- 只用已经过完的小时，免得拿半个小时与整小时相比，也不提前看到以后的数
today as (
    select hourly.*
    from hourly
    cross join asked
    where
        hourly.day_date = asked.day_date
        and hourly.hour_at + interval 1 hour <= asked.at_time
),

so_far as (
    select
        object_kind,
        object_id,
        max(load) as peak_load,
        arg_max(load, hour_at) as last_load,
        sum(entered) as entered_count,
        max(hour_at) as last_hour_at,
        arg_max(is_people, hour_at) as is_people
    from today
    group by object_kind, object_id
),

peak_hour as (
    select
        today.object_kind,
        today.object_id,
        min(today.hour_at) as peak_hour_at
    from today
    inner join so_far
        on
            today.object_kind = so_far.object_kind
            and today.object_id = so_far.object_id
            and today.load = so_far.peak_load
    group by today.object_kind, today.object_id
),

expected_top as (
    select
        object_kind,
        object_id,
        max(load) as load
    from expected
    group by object_kind, object_id
),

-- 已知小时的常年数太小（不足峰值一成）时倍率不可靠，按 1 计
growth as (
    select
        today.object_kind,
        today.object_id,
        case
            when sum(expected.load) > 0 and sum(expected.load) >= 0.1 * max(expected_top.load)
                then sum(today.load) / sum(expected.load)
        end as factor
    from today
    inner join expected
        on
            today.object_kind = expected.object_kind
            and today.object_id = expected.object_id
            and today.hour_no = expected.hour_no
            and today.is_people = expected.is_people
    inner join expected_top
        on today.object_kind = expected_top.object_kind and today.object_id = expected_top.object_id
    group by today.object_kind, today.object_id
),

-- 还没过完的小时的预计值
ahead as (
    select
        expected.object_kind,
        expected.object_id,
        expected.is_people,
        expected.day_count,
        asked.day_date + to_hours(expected.hour_no) as hour_at,
        expected.load * coalesce(growth.factor, 1) as load
    from expected
    cross join asked
    left join growth on expected.object_kind = growth.object_kind and expected.object_id = growth.object_id
    where asked.day_date + to_hours(expected.hour_no + 1) > asked.at_time
),

expected_peak as (
    select
        object_kind,
        object_id,
        max(load) as expected_load,
        arg_max(hour_at, load) as expected_hour_at,
        max(day_count) as comparable_day_count,
        arg_max(is_people, load) as is_people
    from ahead
    group by object_kind, object_id
),

joined as (
    select
        place.*,
        coalesce(so_far.is_people, expected_peak.is_people) as is_people,
        so_far.last_load,
        so_far.last_hour_at,
        cast(so_far.entered_count as bigint) as entered_count,
        so_far.peak_load,
        peak_hour.peak_hour_at,
        round(expected_peak.expected_load) as expected_load,
        expected_peak.expected_hour_at,
        expected_peak.comparable_day_count
    from place
    left join so_far on place.object_kind = so_far.object_kind and place.object_id = so_far.object_id
    left join peak_hour on place.object_kind = peak_hour.object_kind and place.object_id = peak_hour.object_id
    left join expected_peak
        on place.object_kind = expected_peak.object_kind and place.object_id = expected_peak.object_id
    where so_far.object_id is not null or expected_peak.object_id is not null
)

select
    object_kind,
    object_id,
    name,
    kind,
    scenic_grade,
    place_code,
    is_people,
    case when is_people then instantaneous_capacity end as instantaneous_capacity,
    case when is_people then peak_load / instantaneous_capacity end as load_ratio,
    last_load,
    last_hour_at,
    entered_count,
    peak_load,
    peak_hour_at,
    expected_load,
    expected_hour_at,
    comparable_day_count,
    coalesce(peak_load >= expected_load, expected_load is null) as is_past_peak
from joined
order by
    case when is_people then greatest(peak_load, expected_load) / instantaneous_capacity end desc nulls last,
    greatest(peak_load, expected_load) desc,
    object_id
