-- 诊疗日值：各乡镇街道每日门急诊、在院与开放床位、发热门诊；成对的两项都报了才计
-- grain: one row per place (subdistrict at most) and day
-- binds: none
select
    left(place_code, 9) as place_code,
    day_date,
    count(*) as report_count,
    cast(sum(outpatient_count) as bigint) as outpatient_count,
    cast(sum(inpatient_count) filter (where open_bed_count is not null) as bigint) as inpatient_count,
    cast(sum(open_bed_count) filter (where inpatient_count is not null) as bigint) as open_bed_count,
    cast(sum(fever_count) filter (where outpatient_count is not null) as bigint) as fever_count,
    cast(sum(outpatient_count) filter (where fever_count is not null) as bigint) as fever_base_count
from livelihood.health_daily
group by left(place_code, 9), day_date
order by day_date, left(place_code, 9)
