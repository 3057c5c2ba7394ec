-- 养老资金：统计期末前最近一年的各类资金，预算、已下达、已支出（万元）和支出占预算的比例
-- grain: one row per use of funds, largest budget first
-- binds: $area (place code prefix), $until
-- filters: district_code
with newest as (
    select
        *,
        max(year) over () as last_year
    from community.elder_fund
    where
        data_date < $until
        and starts_with(place_code, $area)
        and $filters
)

select
    kind as elder_fund_kind,
    cast(max(year) as varchar) as newest_year,
    sum(budget_wan) as budget_wan,
    sum(allocated_wan) as allocated_wan,
    sum(spent_wan) as spent_wan,
    sum(case when budget_wan is not null then spent_wan end)
    / nullif(sum(case when spent_wan is not null then budget_wan end), 0) as spent_rate
from newest
where year = last_year
group by kind
order by budget_wan desc nulls last, kind
