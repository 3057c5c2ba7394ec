-- 两套区划代码不同：民政部代码与统计局代码不一致的地方；本平台只用统计局代码，导入时用错的行隔离
-- grain: one row where any place differs
-- binds: none
select
    'common.division' as source_table,
    cast(null as varchar) as other_table,
    count(*) as finding_count,
    cast(null as timestamp) as first_at,
    cast(null as timestamp) as last_at,
    min_by(name || '：民政部 ' || mca_code || '，统计局 ' || place_code, official_order) as example,
    '市民政局、市统计局' as owners
from common.division
where level <> 'city' and mca_code <> place_code
having count(*) > 0
