-- 不满意与返工案件办理单：统计期内结案而回访评 1–2 分，或核查不合格退回重办过的案件
-- grain: one row per such case, by unit, the newest first
-- binds: $area (place code prefix), $since, $until
-- filters: category_name, handling_unit, channel, district_code
select
    c.handling_unit,
    concat_ws(
        '、',
        case when c.satisfaction_score <= 2 then '不满意' end,
        case when c.rework_count > 0 then '返工' end
    ) as worklist_reason,
    c.satisfaction_score,
    c.rework_count,
    c.closed_at,
    c.case_id,
    c.title,
    c.address,
    coalesce(kind.major_name, c.type_code) as category_name,
    c.place_code
from urban."case" as c
left join urban.matter_type as kind
    on
        c.standard_ref = kind.standard_ref
        and c.matter_kind = kind.matter_kind
        and c.type_code = kind.type_code
where
    c.closed_at >= $since and c.closed_at < $until
    and (c.satisfaction_score <= 2 or c.rework_count > 0)
    and c.status not in ('suspended', 'cancelled')
    and starts_with(c.place_code, $area)
    and $filters
order by c.handling_unit, c.closed_at desc, c.case_id
