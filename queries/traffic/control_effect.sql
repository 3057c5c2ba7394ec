-- 管控措施效果：统计期内开始的各类措施次数，和前后延误都有的措施的平均延误
-- grain: one row per kind of measure
-- binds: $area (place code prefix), $since, $until
-- filters: corridor_id, district_code, junction_id, kind
select
    kind,
    kind as control_action_kind,
    count(*) as action_count,
    count(*) filter (where delay_before_s is not null and delay_after_s is not null) as measured_count,
    avg(delay_before_s) filter (where delay_after_s is not null) as delay_before_s,
    avg(delay_after_s) filter (where delay_before_s is not null) as delay_after_s,
    count(*) filter (where ended_at is null or ended_at >= $until) as running_count
from traffic.control_action
where
    started_at >= $since and started_at < $until
    and starts_with(place_code, $area)
    and $filters
group by kind
order by action_count desc, kind
