-- 投诉集中在哪家（问题 6）：统计期内有效投诉最多的商家，及其截至期末未办结件数（商家名按权限显示）
-- grain: one row per accused merchant, the most complained of first
-- binds: $area (place code prefix), $since, $until
-- filters: category_code, channel, district_code, element_kind
select
    merchant_name,
    max(element_kind) as element_kind,
    max(place_code) as place_code,
    count(*) filter (where accepted_at >= $since and is_valid) as valid_count,
    count(*) filter (where (closed_at is null or closed_at >= $until) and coalesce(is_valid, true)) as open_count
from tourism.complaint
where
    accepted_at < $until
    and (accepted_at >= $since or closed_at is null or closed_at >= $until)
    and merchant_name is not null
    and starts_with(place_code, $area)
    and $filters
group by merchant_name
having
    count(*) filter (where accepted_at >= $since and is_valid) > 0
    or count(*) filter (where (closed_at is null or closed_at >= $until) and coalesce(is_valid, true)) > 0
order by valid_count desc, open_count desc, merchant_name
limit 10
