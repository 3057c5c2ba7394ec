-- 水旱灾情：统计期内各单位的险情、转移与损失合计，受涝、受旱、饮水困难取最大一日；没有上报的单位不在其中
-- grain: one row per reporting unit, in the order of place codes
-- binds: $area (place code prefix), $since, $until
-- filters: district_code
select
    place_code,
    count(*) as report_count,
    max(flooded_area_ha) as flooded_area_ha,
    max(drought_area_ha) as drought_area_ha,
    max(water_short_count) as water_short_count,
    sum(danger_spot_count) as danger_spot_count,
    sum(evacuate_planned_count) as evacuate_planned_count,
    sum(evacuated_count) as evacuated_count,
    sum(loss_wan) as loss_wan
from ecology.water_disaster_daily
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
    and $filters
group by place_code
order by place_code
