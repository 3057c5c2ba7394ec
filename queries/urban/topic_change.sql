-- 民意主题：12345 各主题统计期和上一同长时期的来电、重复、回访解决和满意件数
-- grain: one row per topic, most calls first
-- binds: $area (place code prefix, down to the subdistrict), $since, $until, $before (start of the period before)
-- filters: topic_name, handling_unit, district_code
select
    topic_name,
    coalesce(sum(reported_count) filter (where day_date >= $since), 0) as reported_count,
    coalesce(sum(reported_count) filter (where day_date < $since), 0) as before_reported_count,
    coalesce(sum(repeat_count) filter (where day_date >= $since), 0) as repeat_count,
    coalesce(sum(solve_asked_count) filter (where day_date >= $since), 0) as solve_asked_count,
    coalesce(sum(solved_count) filter (where day_date >= $since), 0) as solved_count,
    coalesce(sum(rated_count) filter (where day_date >= $since), 0) as rated_count,
    coalesce(sum(satisfied_count) filter (where day_date >= $since), 0) as satisfied_count
from urban.order_daily
where
    day_date >= $before and day_date < $until
    and starts_with(place_code, $area)
    and $filters
group by topic_name
order by reported_count desc, topic_name
