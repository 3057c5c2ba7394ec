-- 慢病管理：各地各病种每季末的人数，到下一季的数据为止，最多再用九个月
-- grain: one row per place, disease and quarter
-- binds: none
select
    place_code,
    chronic_kind,
    managed_count,
    standard_managed_count,
    quarter_date + interval 3 month as end_date,
    least(
        lead(quarter_date + interval 3 month) over (partition by place_code, chronic_kind order by quarter_date),
        quarter_date + interval 12 month
    ) as expires_date
from livelihood.chronic_care_quarterly
