-- 消防安全重点单位：各类单位数、联网数、有微型消防站数、未整改隐患数
-- grain: one row per kind of unit, the most open hazards first
-- binds: $area (place code prefix), $until
-- filters: district_code, kind
select
    kind as fire_unit_kind,
    count(*) as unit_count,
    count(*) filter (where is_connected) as connected_count,
    1.0 * count(*) filter (where is_connected) / count(is_connected) as connected_rate,
    count(*) filter (where has_micro_station) as micro_station_count,
    sum(open_hazard_count)::bigint as open_hazard_count
from safety.fire_unit
where
    starts_with(place_code, $area)
    and $filters
    and (data_date is null or data_date < $until + interval 6 day)
group by kind
order by open_hazard_count desc nulls last, kind
