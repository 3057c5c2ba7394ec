-- 规划账本（附件1）：每项指标的基期值、规划期末目标与到统计期末的最近实际值，目标年份的可信度照注
-- grain: one row per plan indicator and plan period
-- binds: $until
-- filters: group_name
select
    target.plan_indicator_id,
    target.plan_period,
    target.group_name,
    target.name,
    target.measure_unit,
    target.base_year,
    target.base_value,
    target.year as target_year,
    target.target_rule,
    target.target_value,
    target.target_text,
    target.year_confidence,
    target.source,
    actual.data_date,
    actual.value,
    state.is_met,
    actual.status,
    actual.owner_unit,
    actual.definition,
    target.note
from overview.plan_target as target
left join overview.plan_actual_state as state
    on
        target.plan_indicator_id = state.plan_indicator_id
        and target.plan_period = state.plan_period
        and state.place_code = '3410'
        and state.data_date < $until
        and state.expires_date >= $until
left join overview.plan_indicator_actual as actual
    on
        state.plan_indicator_id = actual.plan_indicator_id
        and state.place_code = actual.place_code
        and state.data_date = actual.data_date
where $filters
order by target.plan_indicator_id, target.plan_period
