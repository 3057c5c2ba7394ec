-- 移交与退单：统计期内交出的派遣环节，各接手单位的件数、退回件数和平均移交小时
-- grain: one row per receiving unit, most returns first, at most 50
-- binds: $area (place code prefix), $since, $until
with received as (
    select
        f.handling_unit,
        f.case_action,
        extract(epoch from (f.entered_at - sent.entered_at)) / 3600.0 as handover_hours
    from urban.case_flow as f
    inner join urban.case_flow as sent on f.case_id = sent.case_id and f.step_no = sent.step_no + 1
    where
        f.case_step = 'handle' and sent.case_step = 'dispatch'
        and f.entered_at >= $since and f.entered_at < $until
        and sent.entered_at >= $since - interval 30 day
        and starts_with(f.place_code, $area)
)

select
    handling_unit,
    count(*) as received_count,
    count(*) filter (where case_action = 'return') as returned_count,
    avg(handover_hours) as mean_handover_hours
from received
group by handling_unit
order by returned_count desc, received_count desc, handling_unit
limit 50
