-- 五类灾害感知：统计期内最近一天水利、气象、自然资源、林业、地震各路的设备在线，与期内超阈值、发布预警次数
-- grain: one row per source
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, hazard_source
with newest as (
    select max(day_date) as day_date
    from safety.hazard_feed_daily
    where day_date >= $since and day_date < $until
)

select
    feed.hazard_source,
    sum(feed.device_count) filter (where feed.day_date = newest.day_date)::bigint as device_count,
    1.0 * sum(feed.online_count) filter (where feed.day_date = newest.day_date)
    / nullif(
        sum(feed.device_count) filter (where feed.day_date = newest.day_date and feed.online_count is not null), 0
    ) as online_rate,
    sum(feed.exceed_count)::bigint as exceed_count,
    sum(feed.issued_notice_count)::bigint as issued_notice_count,
    max(feed.last_data_at) as last_data_at
from safety.hazard_feed_daily as feed
cross join newest
where
    feed.day_date >= $since and feed.day_date < $until
    and starts_with(feed.place_code, $area)
    and $filters
group by feed.hazard_source
order by feed.hazard_source
