-- 部分大于整体：同一行里分项比总数还大
-- grain: one row per source table with any such row
-- binds: none
with beyond as (
    select
        'overview.hotline_daily' as source_table,
        cast(day_date as timestamp) as happened_at,
        cast(day_date as varchar) || ' ' || place_code || ' ' || call_line
        || '：接通 ' || answered_count || '，呼入 ' || call_count as example,
        answered_count - call_count as excess
    from overview.hotline_daily
    where answered_count > call_count
    union all
    select
        'overview.hotline_daily' as source_table,
        cast(day_date as timestamp) as happened_at,
        cast(day_date as varchar) || ' ' || place_code || ' ' || call_line
        || '：回访解决 ' || solved_count || '，回访 ' || revisited_count as example,
        solved_count - revisited_count as excess
    from overview.hotline_daily
    where solved_count > revisited_count
    union all
    select
        'overview.sensor_coverage' as source_table,
        cast(day_date as timestamp) as happened_at,
        cast(day_date as varchar) || ' ' || place_code || ' ' || sensor_kind
        || '：在线 ' || online_count || '，安装 ' || installed_count as example,
        online_count - installed_count as excess
    from overview.sensor_coverage
    where online_count > installed_count
    union all
    select
        'tourism.visitor_daily' as source_table,
        cast(day_date as timestamp) as happened_at,
        cast(day_date as varchar) || ' ' || place_code || ' ' || caliber
        || '：过夜游客 ' || overnight_visitor_count || '，游客 ' || visitor_count as example,
        overnight_visitor_count - visitor_count as excess
    from tourism.visitor_daily
    where overnight_visitor_count > visitor_count
    union all
    select
        'tourism.lodging_daily' as source_table,
        cast(day_date as timestamp) as happened_at,
        cast(day_date as varchar) || ' ' || place_code || ' ' || lodging_kind
        || '：售出客房 ' || room_sold_count || '，可售客房 ' || room_available_count as example,
        room_sold_count - room_available_count as excess
    from tourism.lodging_daily
    where room_sold_count > room_available_count
    union all
    select
        'tourism.camera_daily' as source_table,
        cast(day_date as timestamp) as happened_at,
        cast(day_date as varchar) || ' ' || place_code || ' ' || object_id
        || '：在线 ' || camera_online_count || '，总路数 ' || camera_count as example,
        camera_online_count - camera_count as excess
    from tourism.camera_daily
    where camera_online_count > camera_count
    union all
    select
        'safety.camera_coverage' as source_table,
        cast(month_date as timestamp) as happened_at,
        cast(month_date as varchar) || ' ' || place_code || ' ' || place_class
        || '：已覆盖 ' || covered_site_count || '，应覆盖 ' || due_site_count as example,
        covered_site_count - due_site_count as excess
    from safety.camera_coverage
    where covered_site_count > due_site_count
    union all
    select
        'traffic.bus_daily' as source_table,
        cast(day_date as timestamp) as happened_at,
        cast(day_date as varchar) || ' ' || place_code || ' ' || line_id
        || '：准点班次 ' || trip_on_time_count || '，实发班次 ' || trip_run_count as example,
        trip_on_time_count - trip_run_count as excess
    from traffic.bus_daily
    where trip_on_time_count > trip_run_count
    union all
    select
        'traffic.checkpoint_hourly' as source_table,
        cast(observed_at as timestamp) as happened_at,
        cast(observed_at as varchar) || ' ' || place_code || ' ' || checkpoint_id
        || '：本地、省内、省外之和 ' || (local_count + province_count + outside_count) || '，过车 ' || vehicle_count as example,
        local_count + province_count + outside_count - vehicle_count as excess
    from traffic.checkpoint_hourly
    where local_count + province_count + outside_count > vehicle_count
    union all
    select
        'livelihood.school_yearly' as source_table,
        cast(data_date as timestamp) as happened_at,
        cast(data_date as varchar) || ' ' || place_code || ' ' || school_id
        || '：大班额班级 ' || large_class_count || '，班级 ' || class_count as example,
        large_class_count - class_count as excess
    from livelihood.school_yearly
    where large_class_count > class_count
    union all
    select
        'community.community' as source_table,
        cast(data_date as timestamp) as happened_at,
        cast(data_date as varchar) || ' ' || place_code || ' ' || place_code
        || '：65 岁以上 ' || elder_65_count || '，60 岁以上 ' || elder_60_count as example,
        elder_65_count - elder_60_count as excess
    from community.community
    where elder_65_count > elder_60_count
)

select
    source_table,
    cast(null as varchar) as other_table,
    count(*) as finding_count,
    min(happened_at) as first_at,
    max(happened_at) as last_at,
    max_by(example, excess) as example
from beyond
group by source_table
