-- 视频点位现状：各地各类场景的路数与在线路数，按登记截至日
-- grain: one row per place (township or coarser), kind of builder, scene, safe-city mark and date of the register
-- binds: none
select
    left(place_code, 9) as place_code,
    data_date,
    kind,
    camera_scene,
    coalesce(is_safe_city, false) as is_safe_city,
    count(*) as camera_count,
    count(*) filter (where is_online) as online_count,
    count(*) filter (where is_online is null) as unknown_count
from safety.camera
group by left(place_code, 9), data_date, kind, camera_scene, coalesce(is_safe_city, false)
order by place_code, data_date, kind, camera_scene, is_safe_city
