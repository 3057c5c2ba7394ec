-- 好差评：各地各单位各渠道每月的评价，到下一个月的数据为止，最多再用三个月
-- grain: one row per place, unit, channel and month
-- binds: none
select
    place_code,
    owner_unit,
    service_channel,
    very_satisfied_review_count,
    satisfied_review_count,
    fair_review_count,
    bad_review_count,
    very_bad_review_count,
    month_date + interval 1 month as end_date,
    least(
        lead(month_date + interval 1 month) over (
            partition by place_code, owner_unit, service_channel
            order by month_date
        ),
        month_date + interval 4 month
    ) as expires_date
from livelihood.service_review_monthly
