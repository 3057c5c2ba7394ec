-- 养老底数：社区、户、老年人、机构、服务队伍各登记了多少，只有数目；不足 5 户、5 人的不给数
-- grain: one row per kind of registered object, 服务人员 as the members of all teams
-- binds: $area (place code prefix)
with counted as (
    select
        1 as shown_order,
        '社区（村）' as base_object,
        count(*) as object_count
    from community.community
    where starts_with(place_code, $area)
    union all
    select
        2 as shown_order,
        '户' as base_object,
        case when count(*) = 0 or count(*) >= 5 then count(*) end as object_count
    from community.household
    where starts_with(place_code, $area)
    union all
    select
        3 as shown_order,
        '老年人' as base_object,
        case when count(*) = 0 or count(*) >= 5 then count(*) end as object_count
    from community.elder
    where starts_with(place_code, $area)
    union all
    select
        4 as shown_order,
        '养老服务机构' as base_object,
        count(*) as object_count
    from community.care_institution
    where kind not in ('medical_care', 'combined') and starts_with(place_code, $area)
    union all
    select
        5 as shown_order,
        '医疗护理与医养结合机构' as base_object,
        count(*) as object_count
    from community.care_institution
    where kind in ('medical_care', 'combined') and starts_with(place_code, $area)
    union all
    select
        6 as shown_order,
        '服务队伍' as base_object,
        count(*) as object_count
    from community.care_team
    where starts_with(place_code, $area)
    union all
    select
        7 as shown_order,
        '在册服务人员' as base_object,
        cast(sum(member_count) as bigint) as object_count
    from community.care_team
    where starts_with(place_code, $area)
)

select
    shown_order,
    base_object,
    object_count
from counted
order by shown_order
