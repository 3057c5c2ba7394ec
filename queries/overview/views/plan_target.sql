-- 规划期末目标：每项指标各规划期最后一年的现行目标（同一年以决定日最晚的为准）
-- grain: one row per plan indicator and plan period
-- binds: none
with ranked as (
    select
        *,
        row_number() over (
            partition by plan_indicator_id, plan_period order by year desc, decided_date desc
        ) as from_newest
    from overview.plan_indicator
)

select
    plan_indicator_id,
    plan_period,
    group_name,
    name,
    measure_unit,
    base_year,
    base_value,
    year,
    target_rule,
    target_value,
    target_text,
    year_confidence,
    source,
    note
from ranked
where from_newest = 1
