-- 卡码持有：各地各卡种每月末的持有，到下一个月的数据为止，最多再用三个月
-- grain: one row per place, kind of card and month
-- binds: none
select
    place_code,
    citizen_card_kind,
    holder_count,
    base_count,
    month_date + interval 1 month as end_date,
    least(
        lead(month_date + interval 1 month) over (partition by place_code, citizen_card_kind order by month_date),
        month_date + interval 4 month
    ) as expires_date
from livelihood.card_monthly
