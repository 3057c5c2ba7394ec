-- 设备可知、可信、可控、可溯：统计期内最近一天各网域的在册率、可信率，与期内阻断、违规操作、可溯操作；不列设备总数
-- grain: one row per trust domain
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, trust_domain
with newest as (
    select max(day_date) as day_date
    from safety.device_trust_daily
    where day_date >= $since and day_date < $until
)

select
    trust.trust_domain,
    1.0 * sum(trust.known_count) filter (where trust.day_date = newest.day_date)
    / nullif(sum(trust.device_count) filter (where trust.day_date = newest.day_date), 0) as known_rate,
    1.0 * sum(trust.trusted_count) filter (where trust.day_date = newest.day_date)
    / nullif(sum(trust.device_count) filter (where trust.day_date = newest.day_date), 0) as trusted_rate,
    sum(trust.blocked_count)::bigint as blocked_count,
    sum(trust.violation_operation_count)::bigint as violation_operation_count,
    1.0 * sum(trust.traceable_count) / nullif(sum(trust.operation_count), 0) as traceable_rate
from safety.device_trust_daily as trust
cross join newest
where
    trust.day_date >= $since and trust.day_date < $until
    and starts_with(trust.place_code, $area)
    and $filters
group by trust.trust_domain
order by trusted_rate, trust.trust_domain
