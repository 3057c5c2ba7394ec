-- 三类数据要素接得怎样：雪亮工程视频、交警电子卡口、公共交通，各有多少点位、多少在线、最新到什么时候
-- grain: one row per source
-- binds: $area (place code prefix), $until
select
    'video' as source,
    '雪亮工程视频（路）' as source_name,
    count(*) as point_count,
    count(*) filter (where is_online) as online_count,
    null::timestamp as newest_at
from safety.camera
where starts_with(place_code, $area)
union all
select
    'checkpoint' as source,
    '交警电子卡口（处）' as source_name,
    count(distinct checkpoint_id) as point_count,
    count(distinct checkpoint_id) filter (where is_online) as online_count,
    max(observed_at) as newest_at
from traffic.checkpoint_hourly
where observed_at >= $until - interval 1 day and observed_at < $until and starts_with(place_code, $area)
union all
select
    'bus' as source,
    '公共交通线路（条）' as source_name,
    count(distinct line.line_id) as point_count,
    count(distinct daily.line_id) as online_count,
    max(daily.day_date)::timestamp as newest_at
from traffic.bus_line as line
left join traffic.bus_daily as daily
    on line.line_id = daily.line_id and daily.day_date >= $until - interval 1 day and daily.day_date < $until
where starts_with(line.place_code, $area)
