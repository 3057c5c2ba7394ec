-- 消防报警日计数：各地每日各类设备的报警、已核实、误报起数
-- grain: one row per township, day of the alarm, kind of device and whether it guards an old building
-- binds: none
select
    left(place_code, 9) as place_code,
    observed_at::date as day_date,
    kind,
    heritage_id is not null as is_heritage,
    count(*) as alarm_count,
    count(is_true_fire) as verified_count,
    count(*) filter (where not is_true_fire) as false_count,
    count(*) filter (where acknowledged_at is null) as unanswered_count
from safety.fire_iot
where status = 'alarm'
group by left(place_code, 9), observed_at::date, kind, heritage_id is not null
order by place_code, day_date, kind, is_heritage
