-- 用水总量与控制指标：统计期末所在年份，年初至最近一个整月的用水量，与当年控制指标
-- grain: one row
-- binds: $area (place code prefix; its target by equal code), $until
with span as (
    select cast(date_trunc('year', $until - interval 1 day) as date) as first_day
),

used as (
    select
        sum(monthly.water_use_wan_m3) as used_wan_m3,
        count(distinct monthly.month_date) as month_count,
        max(monthly.month_date) as last_month_date
    from span
    inner join ecology.water_resource_monthly as monthly on monthly.month_date >= span.first_day
    where
        monthly.month_date + interval 1 month <= $until
        and monthly.water_use_wan_m3 is not null
        and starts_with(monthly.place_code, $area)
)

select
    used.used_wan_m3,
    used.month_count,
    used.last_month_date,
    target.target_value as quota_wan_m3,
    target.source
from span
cross join used
left join ecology.target_yearly as target
    on
        year(span.first_day) = target.year
        and target.place_code = $area
        and target.metric_id = 'EN42'
        and target.target_rule = '<='
