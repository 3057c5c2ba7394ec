-- 森林资源：统计期末以前最近一个整年本地各类林地；合计行在前，与分类行不得相加
-- grain: one row per kind of forest of the area
-- binds: $area (place code, equal), $until
select
    forest_kind,
    year,
    area_ha,
    stock_m3,
    forest_cover_rate,
    change_ha
from ecology.forest_yearly
where
    year = (
        select max(latest.year)
        from ecology.forest_yearly as latest
        where latest.year < year($until)
    )
    and place_code = $area
order by forest_kind <> 'all', area_ha desc, forest_kind
