-- 路口日量：各路口每日高峰与非高峰的延误、溢流累加量
-- grain: one row per junction, day and peak or not (7–9 and 17–19)
-- binds: none
with valid as (
    select
        junction_id,
        place_code,
        observed_at::date as day_date,
        extract(hour from observed_at) in (7, 8, 17, 18) as is_peak,
        delay_s,
        flow_vph,
        spill_rate,
        queue_m,
        saturation
    from traffic.junction_15min
    where coalesce(data_flag, 'N') in ('N', 'R')
)

select
    junction_id,
    place_code,
    day_date,
    is_peak,
    count(*) as quarter_count,
    sum(delay_s * flow_vph) as delay_flow,
    sum(flow_vph) filter (where delay_s is not null) as delayed_flow,
    count(*) filter (where delay_s is not null and flow_vph is not null) as delayed_count,
    sum(spill_rate) as spill_sum,
    count(spill_rate) as spill_count,
    max(queue_m) as longest_queue_m,
    max(saturation) as highest_saturation
from valid
group by junction_id, place_code, day_date, is_peak
order by place_code, junction_id, day_date, is_peak
