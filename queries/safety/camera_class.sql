-- 九类场所视频覆盖：最近一个已结束且有报送的月份，各类重点公共区域的应覆盖、已覆盖场所与前端在线
-- grain: one row per class of place, the least covered first
-- binds: $area (place code prefix), $until
-- filters: district_code, place_class
select
    place_class,
    sum(due_site_count)::bigint as due_site_count,
    sum(covered_site_count)::bigint as covered_site_count,
    1.0 * sum(covered_site_count) / nullif(sum(due_site_count), 0) as covered_rate,
    sum(camera_count)::bigint as camera_count,
    1.0 * sum(camera_online_count) / nullif(sum(camera_count) filter (where camera_online_count is not null), 0)
        as online_rate
from safety.camera_coverage
where
    month_date = (
        select max(newest.month_date)
        from safety.camera_coverage as newest
        where newest.month_date <= $until - interval 1 month
    )
    and starts_with(place_code, $area)
    and $filters
group by place_class
order by covered_rate nulls last, place_class
