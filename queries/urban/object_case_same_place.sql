-- 同点同类的其他案件：同一 0.0005 度方格、同一类别，立案前后 90 天内
-- grain: one row per other case, the newest first, at most 50
-- binds: $id
with this as (
    select *
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
inner join this
    on
        c.case_id <> this.case_id
        and c.matter_kind = this.matter_kind
        and c.type_code = this.type_code
        and floor(c.lon * 2000) = floor(this.lon * 2000)
        and floor(c.lat * 2000) = floor(this.lat * 2000)
        and c.filed_at >= this.filed_at - interval 90 day
        and c.filed_at < this.filed_at + interval 90 day
order by c.filed_at desc, c.case_id
limit 50
