-- 补贴发放现状：各地各类补贴每个应发月份，自应发日起到下一个应发日为止，最多三个月
-- grain: one row per place, kind of subsidy and month
-- binds: none
select
    place_code,
    kind,
    month_date,
    payable_count,
    paid_count,
    payable_amount_wan,
    due_date,
    paid_date,
    least(
        lead(due_date) over (partition by place_code, kind order by month_date),
        due_date + interval 3 month
    ) as expires_date
from community.elder_subsidy
where due_date is not null
