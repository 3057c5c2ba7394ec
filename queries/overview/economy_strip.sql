-- 经济条：每个监测指标到统计期末已发布的最近一期，附数源部门与单位；没有本地数据的地方不列
-- grain: one row per economy indicator published for exactly this area
-- binds: $area (place code), $until
with newest as (
    select
        indicator_id,
        max(month_date) as month_date
    from overview.economy_monthly
    where place_code = $area and published_date < $until
    group by indicator_id
)

select
    indicator.indicator_id,
    indicator.name,
    indicator.group_name,
    indicator.economy_source,
    indicator.owner_unit,
    indicator.period_kind,
    indicator.target_direction,
    monthly.month_date,
    monthly.value,
    monthly.cumulative_value,
    monthly.growth_ratio,
    monthly.measure_unit,
    monthly.published_date,
    monthly.is_preliminary
from newest
inner join overview.economy_monthly as monthly
    on
        newest.indicator_id = monthly.indicator_id
        and newest.month_date = monthly.month_date
        and monthly.place_code = $area
inner join overview.economy_indicator as indicator on newest.indicator_id = indicator.indicator_id
order by indicator.indicator_id
