-- 事件板：截止零点仍在办的紧急、领导批示和被督办案件
-- grain: one row per open case, nearest limit first, at most 100
-- binds: $area (place code prefix), $until (the clock)
-- filters: category_name, handling_unit, channel, district_code
select
    c.case_id,
    c.title,
    c.place_code,
    c.address,
    c.lon,
    c.lat,
    c.channel,
    coalesce(kind.major_name, c.type_code) as category_name,
    c.status as case_status,
    c.handling_unit,
    c.is_urgent,
    c.supervision_count,
    c.filed_at,
    coalesce(c.extended_due_at, c.due_at) as limit_at
from urban."case" as c
left join urban.matter_type as kind
    on
        c.standard_ref = kind.standard_ref
        and c.matter_kind = kind.matter_kind
        and c.type_code = kind.type_code
where
    (c.is_urgent or c.channel in ('leader', 'province') or c.supervision_count > 0)
    and c.filed_at < $until and (c.closed_at is null or c.closed_at >= $until)
    and c.status not in ('suspended', 'cancelled')
    and starts_with(c.place_code, $area)
    and $filters
order by limit_at, c.case_id
limit 100
