-- 谁发现的：统计期内上报的案件按智能、采集、市民、其他四类发现方式，上报和立案件数
-- grain: one row per way of discovery and channel, the largest first
-- binds: $area (place code prefix, down to the district), $since, $until
-- filters: channel, district_code
select
    case
        when channel in ('video_ai', 'iot') then '智能发现'
        when channel in ('collector', 'grid_officer') then '采集巡查'
        when
            channel in ('hotline_12319', 'hotline_12345', 'wechat', 'public_snap', 'app', 'web')
            then '市民反映'
        else '其他'
    end as discovery_name,
    channel,
    sum(reported_count) as reported_count,
    sum(filed_count) as filed_count
from urban.case_channel_daily
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
    and $filters
group by channel
order by
    sum(sum(reported_count)) over (partition by discovery_name) desc, discovery_name, reported_count desc, channel
