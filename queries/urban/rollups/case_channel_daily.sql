-- 渠道：每日每区县各渠道的上报件数和其中立案的件数
-- grain: one row per day of report, district (or city unit) and channel
-- binds: none
select
    cast(reported_at as date) as day_date,
    left(place_code, 6) as place_code,
    channel,
    count(*) as reported_count,
    count(filed_at) as filed_count
from urban."case"
group by cast(reported_at as date), left(place_code, 6), channel
order by day_date, place_code, channel
