-- 污染源在线监测排行：统计期内超标小时最多、数据有效率最低的污染源
-- grain: one row per source and medium with rows in the period, worst first
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, medium
with counted as (
    select
        source_id,
        medium,
        sum(expected_hour_count) as expected_hour_count,
        sum(valid_hour_count) as valid_hour_count,
        sum(exceed_hour_count) as exceed_hour_count,
        count(distinct day_date) as day_count
    from ecology.source_daily
    where
        day_date >= $since and day_date < $until
        and starts_with(place_code, $area)
        and $filters
    group by source_id, medium
)

select
    counted.source_id,
    source.name,
    source.industry_name,
    counted.medium,
    source.place_code,
    coalesce(source.is_key, false) as is_key,
    counted.expected_hour_count,
    counted.valid_hour_count,
    counted.exceed_hour_count,
    counted.day_count,
    source.supervising_unit
from counted
left join ecology.pollution_source as source
    on counted.source_id = source.source_id and counted.medium = source.medium
order by
    counted.exceed_hour_count desc,
    counted.valid_hour_count / nullif(counted.expected_hour_count, 0),
    counted.source_id
limit 50
