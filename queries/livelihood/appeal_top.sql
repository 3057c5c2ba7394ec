-- 诉求前五类：统计期受理量最多的五个主题，与上一同长时期比，解决、重复与按期各多少
-- grain: one row per topic, at most five, most appeals first
-- binds: $area (place code prefix), $since, $until, $before (start of the period before)
-- filters: topic_group, district_code
with counted as (
    select
        topic_group,
        sum(order_count) filter (where day_date >= $since) as order_count,
        sum(order_count) filter (where day_date < $since) as before_count,
        sum(repeat_order_count) filter (where day_date >= $since) as repeat_order_count,
        sum(solved_count) filter (where day_date >= $since) as solved_count,
        sum(revisited_count) filter (where day_date >= $since) as revisited_count,
        sum(on_time_count) filter (where day_date >= $since) as on_time_count,
        sum(due_count) filter (where day_date >= $since) as due_count
    from livelihood.appeal_topic_daily
    where
        day_date >= $before and day_date < $until
        and starts_with(place_code, $area)
        and $filters
    group by topic_group
)

select *
from counted
where order_count > 0
order by order_count desc, topic_group
limit 5
