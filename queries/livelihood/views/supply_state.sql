-- 公共服务供给与人口：在业医疗机构的床位和医师、开放体育场地的面积（登记现状），与各月末常住人口并列（用到下一个月的数据为止，最多再用三个月）
-- grain: one row per institution, venue, and place and month of residents
-- binds: none
select
    place_code,
    bed_count,
    doctor_count,
    null as sport_area_m2,
    null as resident_count,
    null as end_date,
    null as expires_date
from livelihood.health_facility
where coalesce(is_open, true)
union all
select
    place_code,
    null as bed_count,
    null as doctor_count,
    site_area_m2 as sport_area_m2,
    null as resident_count,
    null as end_date,
    null as expires_date
from livelihood.sport_venue
where coalesce(is_open, true)
union all
select
    place_code,
    null as bed_count,
    null as doctor_count,
    null as sport_area_m2,
    resident_count,
    month_date + interval 1 month as end_date,
    least(
        lead(month_date + interval 1 month) over (partition by place_code order by month_date),
        month_date + interval 4 month
    ) as expires_date
from livelihood.population_place_month
