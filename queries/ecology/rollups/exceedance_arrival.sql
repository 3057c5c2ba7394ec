-- 超标到场用时分布：预警到首次到场的分钟数，5 分钟一档（第 k 档为 5k 至 5k+5 分钟，不含上端）；误报不计
-- grain: one row per place_code, day of the exceedance, element and bin
-- binds: none
with reached as (
    select
        place_code,
        cast(started_at as date) as day_date,
        environment_element,
        cast(floor(extract(epoch from (arrived_at - raised_at)) / 300) as integer) as bin
    from ecology.exceedance
    where
        status <> 'false_alarm'
        and raised_at is not null
        and arrived_at >= raised_at
)

select
    place_code,
    day_date,
    environment_element,
    bin,
    count(*) as exceedance_count
from reached
group by place_code, day_date, environment_element, bin
order by place_code, day_date, environment_element, bin
