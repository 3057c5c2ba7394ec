-- 路口运行：统计期内各路口的平均延误、溢流率、最长排队，和信号机是否联网在线
-- grain: one row per registered junction, longest delay first
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, junction_control
with running as (
    select
        junction_id,
        sum(delay_flow) / nullif(sum(delayed_flow), 0) as delay_s,
        sum(delay_flow) filter (where is_peak) / nullif(sum(delayed_flow) filter (where is_peak), 0) as peak_delay_s,
        sum(spill_sum) / nullif(sum(spill_count), 0) as spill_rate,
        max(longest_queue_m) as longest_queue_m
    from traffic.junction_day
    where day_date >= $since and day_date < $until
    group by junction_id
)

select
    junction.junction_id,
    junction.name,
    junction.place_code,
    junction.lon,
    junction.lat,
    junction.has_signal,
    junction.is_connected,
    junction.is_online,
    junction.junction_control,
    running.delay_s,
    running.peak_delay_s,
    running.spill_rate,
    running.longest_queue_m
from traffic.junction as junction
left join running on junction.junction_id = running.junction_id
where
    starts_with(junction.place_code, $area)
    and $filters
order by running.peak_delay_s desc nulls last, junction.junction_id
