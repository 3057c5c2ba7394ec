-- 金融专题库：近六个月末的存贷款、涉农与中小微企业贷款（亿元），不良率按贷款加权，平台融资申请与放款
-- grain: one row per month, newest first
-- binds: $area (place code prefix), $until
-- filters: district_code
select
    strftime(month_date, '%Y-%m') as month,
    sum(deposit_wan) / 10000 as deposit_yi,
    sum(loan_wan) / 10000 as loan_yi,
    sum(agri_loan_wan) / 10000 as agri_loan_yi,
    sum(small_enterprise_loan_wan) / 10000 as small_enterprise_loan_yi,
    sum(nonperforming_rate * loan_wan)
    / nullif(sum(case when nonperforming_rate is not null then loan_wan end), 0) as nonperforming_rate,
    cast(sum(application_count) as bigint) as application_count,
    cast(sum(granted_count) as bigint) as granted_count,
    sum(granted_wan) / 10000 as granted_yi
from livelihood.finance_monthly
where
    month_date + interval 1 month <= $until
    and starts_with(place_code, $area)
    and $filters
group by month_date
order by month_date desc
limit 6
