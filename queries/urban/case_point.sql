-- 往期案件打点：统计期内最近立案的 5000 件，从案件明细取，任何时期都全
-- grain: one row per case, newest first, at most 5000
-- binds: $area (place code prefix), $since, $until
select
    c.case_id,
    c.place_code,
    c.lon,
    c.lat,
    coalesce(kind.major_name, c.type_code) as category_name,
    c.status,
    c.filed_at
from urban."case" as c
left join urban.matter_type as kind
    on
        c.standard_ref = kind.standard_ref
        and c.matter_kind = kind.matter_kind
        and c.type_code = kind.type_code
where
    c.filed_at >= $since and c.filed_at < $until
    and starts_with(c.place_code, $area)
order by c.filed_at desc, c.case_id desc
limit 5000
