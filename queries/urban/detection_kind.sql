-- 智能发现查准：统计期内各类识别的条数、属实、误报、重复、待复核，和转成案件的件数
-- grain: one row per kind, most detections first
-- binds: $area (place code prefix, down to the subdistrict), $since, $until
select
    kind_name,
    sum(detection_count) as detection_count,
    sum(confirmed_count) as confirmed_count,
    sum(rejected_count) as rejected_count,
    sum(duplicate_count) as duplicate_count,
    sum(pending_count) as pending_count,
    sum(case_count) as case_count
from urban.detection_daily
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
group by kind_name
order by detection_count desc, kind_name
