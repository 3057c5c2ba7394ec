-- 智能发现日计数：每日每地每类每模型的识别条数和复核结果
-- grain: one row per day of detection, subdistrict (or coarser place), kind and model
-- binds: none
select
    cast(d.detected_at as date) as day_date,
    left(d.place_code, 9) as place_code,
    coalesce(kind.minor_name, d.type_code) as kind_name,
    d.model_id,
    count(*) as detection_count,
    count(*) filter (where d.ai_review_state = 'confirmed') as confirmed_count,
    count(*) filter (where d.ai_review_state = 'rejected') as rejected_count,
    count(*) filter (where d.ai_review_state = 'duplicate') as duplicate_count,
    count(*) filter (where d.ai_review_state = 'pending') as pending_count,
    count(d.case_id) as case_count
from urban.ai_detection as d
left join urban.matter_type as kind
    on
        d.standard_ref = kind.standard_ref
        and d.matter_kind = kind.matter_kind
        and d.type_code = kind.type_code
group by cast(d.detected_at as date), left(d.place_code, 9), coalesce(kind.minor_name, d.type_code), d.model_id
order by day_date, place_code, kind_name, d.model_id
