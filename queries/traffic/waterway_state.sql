-- 水上交通：各航段统计期内通航与停航天数、最近一次停航原因、客货运量和事件数
-- grain: one row per waterway, those closed longest first
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, waterway_id, waterway_kind
select
    waterway_id,
    name,
    waterway_kind,
    place_code,
    count(*) filter (where is_navigable) as open_day_count,
    count(*) filter (where not is_navigable) as closed_day_count,
    arg_max(closure_reason, day_date) filter (where not is_navigable) as latest_closure_reason,
    sum(passenger_count) as passenger_count,
    sum(cargo_ton) as cargo_ton,
    sum(incident_count) as incident_count,
    arg_max(vessel_count, day_date) as vessel_count,
    arg_max(rescue_vessel_count, day_date) as rescue_vessel_count
from traffic.waterway_daily
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
    and $filters
group by waterway_id, name, waterway_kind, place_code
order by closed_day_count desc, passenger_count desc nulls last, waterway_id
