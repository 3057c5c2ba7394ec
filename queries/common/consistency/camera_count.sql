-- 视频路数两处不同：视频点位登记的路数，与感知设备覆盖最近一日报送的安装数
-- grain: one row where the two differ by more than one in a hundred
-- binds: none
with registered as (
    select count(*) as camera_count
    from safety.camera
),

newest as (
    select
        day_date,
        sum(installed_count) as installed_count
    from overview.sensor_coverage
    where theme = 'safety' and sensor_kind = 'camera'
    group by day_date
    order by day_date desc
    limit 1
)

select
    'safety.camera' as source_table,
    'overview.sensor_coverage' as other_table,
    1 as finding_count,
    cast(newest.day_date as timestamp) as first_at,
    cast(newest.day_date as timestamp) as last_at,
    '登记 ' || registered.camera_count || ' 路，覆盖表 ' || newest.installed_count || ' 路' as example
from registered
cross join newest
where
    registered.camera_count > 0
    and abs(registered.camera_count - newest.installed_count) > 0.01 * registered.camera_count
