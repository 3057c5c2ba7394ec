-- 碳排放：统计期末以前各整季分领域的排放与碳汇，含市直部分
-- grain: one row per quarter and sector
-- binds: $area (place code prefix), $until
-- filters: carbon_sector, district_code
select
    quarter_date,
    carbon_sector,
    sum(emission_tco2) as emission_tco2,
    sum(energy_tce) as energy_tce,
    bool_or(coalesce(is_preliminary, false)) as is_preliminary
from ecology.carbon_quarterly
where
    quarter_date + interval 3 month <= $until
    and starts_with(place_code, $area)
    and $filters
group by quarter_date, carbon_sector
order by quarter_date, carbon_sector
