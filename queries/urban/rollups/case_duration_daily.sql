-- 结案用时直方图：每日每乡镇街道结案的案件，从立案到结案的小时数，每格 0.5 小时
-- grain: one row per day of close, subdistrict (or coarser place) and bin; bin k holds [k/2, (k + 1)/2) hours
-- binds: none
select
    cast(closed_at as date) as day_date,
    left(place_code, 9) as place_code,
    cast(floor(extract(epoch from (closed_at - filed_at)) / 1800) as integer) as duration_bin,
    count(*) as case_count
from urban."case"
where closed_at >= filed_at and status <> 'cancelled'
group by
    cast(closed_at as date), left(place_code, 9),
    cast(floor(extract(epoch from (closed_at - filed_at)) / 1800) as integer)
order by day_date, place_code, duration_bin
