-- 智能发现流：统计期内最近的 50 条识别，带类别、置信度和复核结果
-- grain: one row per detection, newest first, at most 50
-- binds: $area (place code prefix), $since, $until
select
    d.detection_id,
    d.place_code,
    d.lon,
    d.lat,
    d.detected_at,
    d.confidence as confidence_rate,
    d.model_id,
    d.model_version,
    d.ai_review_state,
    d.reviewed_at,
    d.case_id,
    d.photo_ref,
    coalesce(kind.minor_name, d.type_code) as kind_name
from urban.ai_detection as d
left join urban.matter_type as kind
    on
        d.standard_ref = kind.standard_ref
        and d.matter_kind = kind.matter_kind
        and d.type_code = kind.type_code
where
    d.detected_at >= $since and d.detected_at < $until
    and starts_with(d.place_code, $area)
order by d.detected_at desc, d.detection_id desc
limit 50
