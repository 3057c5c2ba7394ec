-- 易涝点现状：登记的每个点，统计期内最大有效水深、超警戒天数，和截止前最近一次读数
-- grain: one row per registered point, deepest first
-- binds: $area (place code prefix), $since, $until
with worst as (
    select
        point_id,
        max(depth_cm) as max_depth_cm,
        sum(alarm_count) as alarm_day_count
    from urban.flood_point_daily
    where day_date >= $since and day_date < $until
    group by point_id
),

newest as (
    select
        point_id,
        max(observed_at) as observed_at,
        arg_max(depth_cm, observed_at) as depth_cm
    from urban.flood_level
    where
        observed_at >= $since and observed_at < $until
        and coalesce(data_flag, 'N') in ('N', 'R')
    group by point_id
)

select
    point.point_id,
    point.name,
    point.kind,
    point.place_code,
    point.lon,
    point.lat,
    point.alarm_depth_cm,
    point.closure_depth_cm,
    point.has_sensor,
    point.rectify_state,
    point.responsible_unit,
    point.contact_name,
    point.contact_phone,
    worst.max_depth_cm,
    worst.alarm_day_count,
    newest.observed_at,
    newest.depth_cm
from urban.flood_point as point
left join worst on point.point_id = worst.point_id
left join newest on point.point_id = newest.point_id
where starts_with(point.place_code, $area)
order by worst.max_depth_cm desc nulls last, point.point_id
