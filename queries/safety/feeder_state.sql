-- 平安黄山接入系统：统计期内最近一天各类系统的个数、正常个数、平均可用率与最新数据时间；按市统一运行，不分区县
-- grain: one row per kind of system, the least available first
-- binds: $since, $until
-- filters: feeder_kind
select
    feeder_kind,
    count(*) as system_count,
    count(*) filter (where feed_state = 'normal') as normal_count,
    count(*) filter (where feed_state = 'interrupted') as interrupted_count,
    count(*) filter (where feed_state = 'absent') as absent_count,
    avg(availability_rate) as availability_rate,
    max(last_data_at) as last_data_at
from safety.feeder_daily
where
    day_date = (
        select max(newest.day_date)
        from safety.feeder_daily as newest
        where newest.day_date >= $since and newest.day_date < $until
    )
    and $filters
group by feeder_kind
order by availability_rate nulls first, feeder_kind
