-- 民意地点：12345 各主题在各区县（市直和管委会各自成行）的来电件数
-- grain: one row per topic and district (or city unit) with at least one order, the largest topic first
-- binds: $area (place code prefix), $since, $until
-- filters: topic_name, handling_unit, district_code
select
    topic_name,
    left(place_code, 6) as district_code,
    sum(reported_count) as reported_count
from urban.order_daily
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
    and $filters
group by topic_name, left(place_code, 6)
having sum(reported_count) > 0
order by sum(sum(reported_count)) over (partition by topic_name) desc, topic_name, district_code
