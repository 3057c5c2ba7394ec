-- 易涝点日值：每点每日的最大积水深度、是否超警戒、封控过没有；超量程和无效的读数不计
-- grain: one row per point and day with at least one valid reading
-- binds: none
with reading as (
    select
        point_id,
        place_code,
        cast(observed_at as date) as day_date,
        depth_cm,
        is_road_closed
    from urban.flood_level
    where coalesce(data_flag, 'N') in ('N', 'R') and depth_cm is not null
),

top as (
    select
        point_id,
        place_code,
        day_date,
        max(depth_cm) as depth_cm,
        count(*) as reading_count,
        count(*) filter (where is_road_closed) as closed_reading_count
    from reading
    group by point_id, place_code, day_date
)

select
    top.day_date,
    top.place_code,
    top.point_id,
    top.depth_cm,
    top.reading_count,
    top.closed_reading_count,
    point.alarm_depth_cm,
    case when top.depth_cm >= point.alarm_depth_cm then 1 else 0 end as alarm_count
from top
left join urban.flood_point as point on top.point_id = point.point_id
order by top.day_date, top.place_code, top.point_id
