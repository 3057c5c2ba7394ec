-- 土壤环境：统计期末以前最近一个整年，各区县农用地与建设用地的安全利用与管控
-- grain: one row per district and land use
-- binds: $area (place code prefix), $until
-- filters: district_code
select
    place_code,
    land_use,
    year,
    total_area_ha,
    safe_use_area_ha,
    point_count,
    exceed_point_count,
    control_point_count,
    plot_count,
    controlled_plot_count
from ecology.soil_yearly
where
    year = (
        select max(latest.year)
        from ecology.soil_yearly as latest
        where latest.year < year($until)
    )
    and starts_with(place_code, $area)
    and $filters
order by place_code, land_use
