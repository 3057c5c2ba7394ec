-- 水源地月末状态：每处水源地到该月为止最近一次监测（三个月内，乡镇级按季监测）的类别与是否达标
-- grain: one row per source and reported month in which it has a result not older than three months
-- binds: none
with month_reported as (
    select distinct month_date
    from ecology.drinking_source_monthly
),

latest as (
    select
        month_reported.month_date,
        result.drinking_source_id,
        max(result.month_date) as measured_month_date
    from month_reported
    inner join ecology.drinking_source_monthly as result
        on
            result.month_date <= month_reported.month_date
            and result.month_date > month_reported.month_date - interval 3 month
    group by month_reported.month_date, result.drinking_source_id
)

select
    latest.month_date,
    latest.drinking_source_id,
    latest.measured_month_date,
    result.place_code,
    result.published_class,
    result.published_groundwater_class,
    result.is_compliant,
    result.exceed_item
from latest
inner join ecology.drinking_source_monthly as result
    on latest.drinking_source_id = result.drinking_source_id and latest.measured_month_date = result.month_date
order by latest.month_date, result.place_code, latest.drinking_source_id
