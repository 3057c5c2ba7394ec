-- 人怎么样：统计期内发生的事件数，死亡、失踪、受伤、转移人数；没有上报人数的事件数另列，不当作没有人受伤
-- grain: one row
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, lead_unit, theme, kind
select
    count(*) as event_count,
    count(*) filter (where closed_at is null or closed_at >= $until) as open_count,
    coalesce(sum(dead_count), 0)::bigint as dead_count,
    coalesce(sum(missing_count), 0)::bigint as missing_count,
    coalesce(sum(injured_count), 0)::bigint as injured_count,
    coalesce(sum(evacuated_count), 0)::bigint as evacuated_count,
    count(*) filter (where kind = 'emergency' and injured_count is null) as unreported_count
from overview.event
where
    occurred_at >= $since and occurred_at < $until
    and status <> 'cancelled'
    and starts_with(place_code, $area)
    and $filters
