-- 同一单元网格的其他案件：最近立案的 20 件
-- grain: one row per other case, the newest first
-- binds: $id
with this as (
    select
        case_id,
        unit_grid_code
    from urban."case"
    where case_id = $id
)

select
    c.case_id,
    c.title,
    c.filed_at,
    c.closed_at,
    c.handling_unit
from urban."case" as c
inner join this on c.unit_grid_code = this.unit_grid_code and c.case_id <> this.case_id
where c.filed_at is not null
order by c.filed_at desc, c.case_id
limit 20
