-- 部件底数：每社区每类部件各状态的个数，其中有物联终端的个数
-- grain: one row per community (or coarser place), class, kind and status
-- binds: none
select
    left(c.place_code, 12) as place_code,
    coalesce(kind.major_name, c.type_code) as category_name,
    coalesce(kind.minor_name, c.name) as kind_name,
    c.status,
    count(*) as component_count,
    count(*) filter (where c.has_sensor) as sensor_count
from urban.city_component as c
left join urban.matter_type as kind
    on
        c.standard_ref = kind.standard_ref
        and c.matter_kind = kind.matter_kind
        and c.type_code = kind.type_code
group by
    left(c.place_code, 12), coalesce(kind.major_name, c.type_code), coalesce(kind.minor_name, c.name), c.status
order by place_code, category_name, kind_name, c.status
