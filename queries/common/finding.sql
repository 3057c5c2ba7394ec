-- 质量发现：发布值与按标准计算值不一致的条数
-- grain: one row per source table and rule that has at least one case
-- binds: none
select
    source_table,
    'published_' || item as rule,
    count(*) as finding_count,
    min(observed_at) as first_at,
    max(observed_at) as last_at
from ecology.published_difference
group by source_table, item
order by source_table, item
