-- 投诉与接待日值：全市和每个报送单位当日的有效投诉件数与抽样接待人次，供万人次有效投诉量
-- grain: one row per place with a survey of its own (city 3410, districts, 管委会) and day since the first complaint
-- binds: none
with valid as (
    select
        left(place_code, 6) as place_code,
        cast(accepted_at as date) as day_date,
        count(*) as complaint_count
    from tourism.complaint
    where is_valid
    group by left(place_code, 6), cast(accepted_at as date)
),

-- 全市一行含只知在本市（市直）的投诉
by_place as (
    select
        place_code,
        day_date,
        complaint_count
    from valid
    where place_code <> '3410'
    union all
    select
        '3410' as place_code,
        day_date,
        sum(complaint_count) as complaint_count
    from valid
    group by day_date
),

register as (select min(cast(accepted_at as date)) as first_day from tourism.complaint)

select
    visitor.place_code,
    visitor.day_date,
    visitor.visitor_count,
    cast(coalesce(by_place.complaint_count, 0) as bigint) as valid_complaint_count
from tourism.visitor_daily as visitor
cross join register
left join by_place
    on visitor.place_code = by_place.place_code and visitor.day_date = by_place.day_date
where
    visitor.caliber = 'survey'
    and visitor.visitor_count is not null
    and visitor.day_date >= register.first_day
order by visitor.place_code, visitor.day_date
