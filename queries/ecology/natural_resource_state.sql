-- 山水林田湖草湿：统计期末以前最近一个整年各类面积、变化与督察图斑整改
-- grain: one row per kind of resource
-- binds: $area (place code prefix), $until
-- filters: district_code, resource_kind
select
    resource_kind,
    year,
    sum(area_ha) as area_ha,
    sum(change_ha) as change_ha,
    sum(patch_count) as patch_count,
    sum(rectified_patch_count) as rectified_patch_count
from ecology.natural_resource_yearly
where
    year = (
        select max(latest.year)
        from ecology.natural_resource_yearly as latest
        where latest.year < year($until)
    )
    and starts_with(place_code, $area)
    and $filters
group by resource_kind, year
order by area_ha desc, resource_kind
