-- 跨部门协同：截止零点仍在办的联合处置案件，牵头、配合单位，在手时间和时限
-- grain: one row per open joint case, nearest limit first, at most 100
-- binds: $area (place code prefix), $until (the clock)
-- filters: category_name, handling_unit, channel, district_code
select
    c.case_id,
    c.title,
    c.place_code,
    c.address,
    c.lead_unit,
    c.supporting_units,
    c.handling_unit,
    coalesce(kind.major_name, c.type_code) as category_name,
    c.status as case_status,
    c.filed_at,
    c.dispatched_at,
    c.return_count,
    c.supervision_count,
    coalesce(c.extended_due_at, c.due_at) as limit_at,
    extract(epoch from ($until - c.dispatched_at)) / 3600.0 as held_hours
from urban."case" as c
left join urban.matter_type as kind
    on
        c.standard_ref = kind.standard_ref
        and c.matter_kind = kind.matter_kind
        and c.type_code = kind.type_code
where
    c.is_joint
    and c.filed_at < $until and (c.closed_at is null or c.closed_at >= $until)
    and c.status not in ('suspended', 'cancelled')
    and starts_with(c.place_code, $area)
    and $filters
order by limit_at, c.case_id
limit 100
