-- 假期可比（问题 5）：统计期截止前最近一个已过完的法定假期，逐日与上年同名假期的同一天对齐（抽样调查口径）
-- grain: one row per day of the holiday
-- binds: $area (place code, equal), $until
with holiday as (
    select
        day_date,
        holiday_name,
        holiday_day_no,
        day_date - cast(holiday_day_no - 1 as integer) as first_date
    from common.calendar
    where holiday_name is not null
),

-- 一个假期以第一天的名称为名（国庆与中秋相连时算国庆）；上年同名假期相距 200–420 天，没有则不比
run as (
    select
        first_date,
        max(day_date) as last_date,
        max(holiday_name) filter (where holiday_day_no = 1) as run_name
    from holiday
    group by first_date
),

latest as (
    select
        first_date,
        last_date,
        run_name
    from run
    where last_date < $until
    order by first_date desc
    limit 1
),

year_before as (
    select run.first_date
    from run
    inner join latest on run.run_name = latest.run_name
    where run.first_date < latest.first_date - 200 and run.first_date > latest.first_date - 420
    order by run.first_date desc
    limit 1
),

survey as (
    select
        day_date,
        visitor_count,
        overnight_visitor_count
    from tourism.visitor_daily
    where
        caliber = 'survey'
        and place_code = $area
)

select
    latest.run_name as holiday_name,
    holiday.holiday_day_no,
    holiday.day_date,
    own.visitor_count,
    own.overnight_visitor_count,
    earlier.day_date as before_date,
    before.visitor_count as before_visitor_count,
    before.overnight_visitor_count as before_overnight_visitor_count
from latest
inner join holiday on latest.first_date = holiday.first_date
left join year_before on true
left join holiday as earlier
    on year_before.first_date = earlier.first_date and holiday.holiday_day_no = earlier.holiday_day_no
left join survey as own on holiday.day_date = own.day_date
left join survey as before on earlier.day_date = before.day_date
order by holiday.holiday_day_no
