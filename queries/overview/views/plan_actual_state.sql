-- 规划指标达成：每个实际值对照当时规划期的期末目标；从数据截至日起到下一个实际值为止有效，口径不可比的不判定
-- grain: one row per plan indicator, place and date of data
-- binds: none
select
    actual.plan_indicator_id,
    actual.place_code,
    target.plan_period,
    target.name,
    actual.data_date,
    actual.value,
    target.target_rule,
    target.target_value,
    lead(actual.data_date, 1, cast('9999-12-31' as date)) over (
        partition by actual.plan_indicator_id, actual.place_code, target.plan_period
        order by actual.data_date
    ) as expires_date,
    case
        when target.target_value is null or actual.status = 'not_comparable' then null
        when target.target_rule = '>=' then actual.value >= target.target_value
        when target.target_rule = '>' then actual.value > target.target_value
        when target.target_rule = '<=' then actual.value <= target.target_value
    end as is_met
from overview.plan_indicator_actual as actual
inner join overview.plan_target as target on actual.plan_indicator_id = target.plan_indicator_id
