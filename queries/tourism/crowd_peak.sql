-- 最挤的一刻：统计期内每处景区、节点在场人数的最高值、时刻和核定瞬时承载量，达到 80%、100% 的小时数
-- grain: one row per scenic spot or crowd node with a valid reading in the period, the fullest first
-- binds: $area (place code prefix), $since, $until
with named as (
    select
        'spot' as object_kind,
        spot_id as object_id,
        name
    from tourism.scenic_spot
    union all
    select
        'node' as object_kind,
        node_id as object_id,
        name
    from tourism.crowd_node
),

ranked as (
    select
        *,
        row_number() over (
            partition by object_kind, object_id order by peak_on_site desc nulls last, peak_vehicles desc, day_date
        ) as rank_no,
        sum(warning_hour_count) over (partition by object_kind, object_id) as warning_hours,
        sum(full_hour_count) over (partition by object_kind, object_id) as full_hours
    from tourism.crowd_day
    where
        day_date >= $since and day_date < $until
        and starts_with(place_code, $area)
)

select
    ranked.object_kind,
    ranked.object_id,
    coalesce(named.name, ranked.object_id) as name,
    ranked.place_code,
    ranked.peak_on_site,
    ranked.peak_at,
    ranked.instantaneous_capacity,
    ranked.peak_on_site / ranked.instantaneous_capacity as load_ratio,
    ranked.peak_vehicles,
    ranked.vehicles_peak_at,
    cast(ranked.warning_hours as bigint) as warning_hour_count,
    cast(ranked.full_hours as bigint) as full_hour_count
from ranked
left join named on ranked.object_kind = named.object_kind and ranked.object_id = named.object_id
where ranked.rank_no = 1
order by
    ranked.peak_on_site / ranked.instantaneous_capacity desc nulls last,
    ranked.peak_on_site desc nulls last,
    ranked.peak_vehicles desc nulls last,
    ranked.object_id
