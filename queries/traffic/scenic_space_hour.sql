-- 景区停车小时量：统计期内景区停车场每小时平均剩余泊位与泊位数，供找最紧张的一小时
-- grain: one row per hour with a known count of free spaces
-- binds: $area (place code prefix), $since, $until
select
    hour_at,
    count(*) as lot_count,
    sum(1.0 * free_sum / free_moment_count) as free_count,
    sum(1.0 * free_space_sum / free_moment_count) as space_count
from traffic.parking_hour
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
    and is_scenic
    and free_moment_count > 0
group by hour_at
order by hour_at
