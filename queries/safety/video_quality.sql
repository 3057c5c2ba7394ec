-- 视频结构化：统计期内各类数据的条数、抽检合格率、迟到率和检索次数；只有数量与质量，不含人脸和车牌
-- grain: one row per kind of record
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, record_kind
select
    record_kind,
    sum(record_count)::bigint as record_count,
    sum(sampled_count)::bigint as sampled_count,
    1.0 * sum(qualified_count) / nullif(sum(sampled_count), 0) as qualified_rate,
    1.0 * sum(late_record_count) / nullif(sum(record_count), 0) as late_rate,
    sum(search_count)::bigint as search_count
from safety.video_record_daily
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
    and $filters
group by record_kind
order by record_kind
