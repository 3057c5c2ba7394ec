-- 看病养老不便的乡镇街道：30 分钟车程到不了医疗、养老机构的常住人口，各乡镇街道
-- grain: one row per subdistrict with anybody out of reach, most people first
-- binds: $area (place code prefix)
-- filters: district_code
with counted as (
    select
        left(place_code, 9) as place_code,
        sum(resident_count) filter (where access_service = 'health') as resident_count,
        coalesce(
            sum(resident_count) filter (where access_service = 'health' and not is_reached_30min), 0
        ) as health_unreached_count,
        coalesce(
            sum(resident_count) filter (where access_service = 'elder_care' and not is_reached_30min), 0
        ) as elder_care_unreached_count,
        max(nearest_min) filter (where access_service = 'health') as farthest_health_min,
        max(nearest_min) filter (where access_service = 'elder_care') as farthest_elder_care_min
    from livelihood.access_score
    where
        travel_mode = 'drive'
        and starts_with(place_code, $area)
        and $filters
    group by left(place_code, 9)
)

select
    counted.place_code,
    division.name,
    counted.resident_count,
    counted.health_unreached_count,
    counted.elder_care_unreached_count,
    counted.farthest_health_min,
    counted.farthest_elder_care_min
from counted
left join common.division as division on counted.place_code = division.place_code
where counted.health_unreached_count > 0 or counted.elder_care_unreached_count > 0
order by counted.health_unreached_count + counted.elder_care_unreached_count desc, counted.place_code
