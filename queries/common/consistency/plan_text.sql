-- 规划自相矛盾：附件 1 的目标与正文不一致，或正文对同一件事有两种说法；两处都照录，不取舍
-- grain: one row per source table with any such statement
-- binds: none
with disputed as (
    select
        'overview.plan_indicator' as source_table,
        plan_indicator_id || ' ' || name || '：' || coalesce(note, target_text) as example
    from overview.plan_indicator
    where year_confidence = 'conflict'
    union all
    select
        'overview.baseline_fact' as source_table,
        min(name) || '：' || string_agg(as_printed, '，' order by fact_id) as example
    from overview.baseline_fact
    where disputed_with is not null
    group by disputed_with
)

select
    source_table,
    cast(null as varchar) as other_table,
    count(*) as finding_count,
    cast(null as timestamp) as first_at,
    cast(null as timestamp) as last_at,
    min(example) as example
from disputed
group by source_table
