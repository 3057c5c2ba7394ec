-- 行政执法：统计期内各领域的立案、到期、按期办结、处罚件数与罚没金额，移动和非现场执法件数
-- grain: one row per field with at least one case filed or due
-- binds: $area (place code prefix), $since, $until
-- filters: enforcement_domain, handling_unit, district_code
select
    enforcement_domain,
    count(*) filter (where filed_at >= $since) as filed_count,
    count(*) filter (
        where due_at >= $since and due_at < $until and status not in ('cancelled', 'transferred')
    ) as due_count,
    count(*) filter (
        where
        due_at >= $since and due_at < $until and status not in ('cancelled', 'transferred')
        and closed_at <= due_at
    ) as on_time_count,
    count(*) filter (where decided_at >= $since and decided_at < $until) as decided_count,
    sum(fine_wan) filter (where decided_at >= $since and decided_at < $until) as fine_wan,
    count(*) filter (where filed_at >= $since and is_mobile) as mobile_count,
    count(*) filter (where filed_at >= $since and is_off_site) as off_site_count
from urban.enforcement_case
where
    filed_at < $until and starts_with(place_code, $area)
    and $filters
group by enforcement_domain
order by filed_count desc, enforcement_domain
