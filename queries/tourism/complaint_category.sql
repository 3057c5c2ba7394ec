-- 投诉集中在哪类（问题 6）：各类旅游投诉统计期内受理、有效件数，截至期末未办结与超期件数，未办结多的在前
-- grain: one row per category of complaint with a case in the period or open at its end
-- binds: $area (place code prefix), $since, $until
-- filters: channel, element_kind, district_code
select
    coalesce(category_name, '未分类') as category_name,
    count(*) filter (where accepted_at >= $since) as accepted_count,
    count(*) filter (where accepted_at >= $since and is_valid) as valid_count,
    count(*) filter (where closed_at is null or closed_at >= $until) as open_count,
    count(*) filter (where (closed_at is null or closed_at >= $until) and due_at < $until) as overdue_count
from tourism.complaint
where
    accepted_at < $until
    and (accepted_at >= $since or closed_at is null or closed_at >= $until)
    and coalesce(is_valid, true)
    and starts_with(place_code, $area)
    and $filters
group by coalesce(category_name, '未分类')
order by open_count desc, accepted_count desc, category_name
