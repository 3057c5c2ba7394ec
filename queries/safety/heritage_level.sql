-- 古建筑防火：各保护级别的处数、物联联网、有消火栓、消防车 10 分钟内到不了的处数和未整改隐患
-- grain: one row per level of protection, the highest first
-- binds: $area (place code prefix), $until
-- filters: building_structure, district_code, protection_level
select
    protection_level,
    count(*) as heritage_count,
    sum(building_count)::bigint as building_count,
    1.0 * count(*) filter (where is_connected) / nullif(count(is_connected), 0) as connected_rate,
    count(*) filter (where not has_hydrant) as no_hydrant_count,
    count(*) filter (where arrival_min > 10) as beyond_10min_count,
    sum(open_hazard_count)::bigint as open_hazard_count
from safety.heritage_fire
where
    starts_with(place_code, $area)
    and $filters
    and (data_date is null or data_date < $until + interval 6 day)
group by protection_level
order by
    case protection_level
        when 'national' then 1 when 'province' then 2 when 'city' then 3 when 'district' then 4 else 5
    end
