-- 移交用时直方图：每日每乡镇街道，派遣环节从进入到交到处置单位手里的小时数，每格 0.1 小时
-- grain: one row per day of hand-over, subdistrict (or coarser place) and bin; bin k holds [k/10, (k + 1)/10) hours
-- binds: none
select
    cast(handed_over_at as date) as day_date,
    left(place_code, 9) as place_code,
    cast(floor(extract(epoch from (handed_over_at - entered_at)) / 360) as integer) as handover_bin,
    count(*) as step_count
from urban.case_flow
where case_step = 'dispatch' and handed_over_at >= entered_at
group by
    cast(handed_over_at as date), left(place_code, 9),
    cast(floor(extract(epoch from (handed_over_at - entered_at)) / 360) as integer)
order by day_date, place_code, handover_bin
