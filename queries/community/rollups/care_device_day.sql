-- 照护设备日值：各乡镇街道每日各类设备的安装、在线、异常数；三项都报了才计
-- grain: one row per place (subdistrict at most), kind and day
-- binds: none
select
    left(place_code, 9) as place_code,
    kind,
    day_date,
    cast(sum(device_count) as bigint) as device_count,
    cast(sum(online_count) as bigint) as online_count,
    cast(sum(anomaly_count) as bigint) as anomaly_count,
    cast(sum(offline_over_24h_count) as bigint) as offline_over_24h_count
from community.care_device_daily
where device_count is not null and online_count is not null and anomaly_count is not null
group by left(place_code, 9), kind, day_date
order by day_date, left(place_code, 9), kind
