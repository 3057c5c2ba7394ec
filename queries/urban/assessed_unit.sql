-- 被考核单位名册：每个单位最近一次登记的分组和所在地
-- grain: one row per assessed unit
-- binds: $until
select
    assessed_unit,
    arg_max(assessment_group, month_date) as assessment_group,
    arg_max(place_code, month_date) as place_code
from urban.assessment_score
where month_date < $until
group by assessed_unit
order by assessed_unit
