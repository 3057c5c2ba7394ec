-- 数字乡村：各行政村每季末的状况，到下一季的数据为止，最多再用九个月
-- grain: one row per village and quarter
-- binds: none
select
    place_code,
    household_count,
    has_service_station,
    digital_index,
    quarter_date + interval 3 month as end_date,
    least(
        lead(quarter_date + interval 3 month) over (partition by place_code order by quarter_date),
        quarter_date + interval 12 month
    ) as expires_date
from livelihood.digital_village_quarterly
