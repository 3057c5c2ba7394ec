-- 案件打点：统计期内在案的案件，从立案到结案，不含作废的；超过时限还没有结、也没有挂账的要关注
-- 多于 $most 件时先画要关注的，再画最近立案的；total_count 是全部件数，图例照它说
-- grain: one row per case, at most $most, those that call for attention and the last filed first
-- binds: $area (place code prefix), $since, $until, $most
select
    c.case_id as object_id,
    c.place_code,
    c.lon,
    c.lat,
    c.title as object_name,
    coalesce(kind.major_name, c.type_code) as object_kind,
    case
        when c.closed_at < $until then 'none'
        when c.status <> 'suspended' and coalesce(c.extended_due_at, c.due_at) < $until then 'attention'
        else 'ok'
    end as object_state,
    c.filed_at as started_at,
    c.closed_at as ended_at,
    c.unit_grid_code,
    c.address,
    c.handling_unit,
    c.status as case_status,
    c.filed_at,
    coalesce(c.extended_due_at, c.due_at) as limit_at,
    c.closed_at,
    c.supervision_count,
    c.rework_count,
    count(*) over () as total_count
from urban."case" as c
left join urban.matter_type as kind
    on
        c.standard_ref = kind.standard_ref
        and c.matter_kind = kind.matter_kind
        and c.type_code = kind.type_code
where
    c.filed_at < $until
    and (c.closed_at is null or c.closed_at >= $since)
    and c.status <> 'cancelled'
    and starts_with(c.place_code, $area)
order by object_state = 'attention' desc, c.filed_at desc, c.case_id desc
limit $most
