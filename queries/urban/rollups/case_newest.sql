-- 最新案件：每个区县最近立案的 5000 件，供地图打点
-- grain: one row per case, at most 5000 per district (or city unit), newest first
-- binds: none
with ranked as (
    select
        c.case_id,
        c.place_code,
        c.lon,
        c.lat,
        c.filed_at,
        c.status,
        c.handling_unit,
        c.channel,
        coalesce(kind.major_name, c.type_code) as category_name,
        row_number() over (partition by left(c.place_code, 6) order by c.filed_at desc, c.case_id desc) as recent_no
    from urban."case" as c
    left join urban.matter_type as kind
        on
            c.standard_ref = kind.standard_ref
            and c.matter_kind = kind.matter_kind
            and c.type_code = kind.type_code
    where c.filed_at is not null
)

select
    case_id,
    place_code,
    lon,
    lat,
    filed_at,
    status,
    category_name,
    handling_unit,
    channel
from ranked
where recent_no <= 5000
order by filed_at desc, case_id desc
