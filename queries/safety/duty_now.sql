-- 现在谁带班：到 $day 为止最近一个有排班的日子，一个地方各单位的带班领导与交接；有预警在生效时才列电话
-- grain: one row per duty shift of a leader on the newest day of the roster, the government office first
-- binds: $place (place code, equal), $day
with newest as (
    select max(day_date) as day_date
    from safety.duty_roster
    where
        place_code = $place
        and duty_role = 'leader'
        and day_date <= $day
),

alarm as (
    select count(*) > 0 as is_open
    from safety.warning_notice
    where
        issued_at < $day + interval 1 day
        and (cleared_at is null or cleared_at >= $day)
)

select
    duty.day_date,
    duty.on_duty_unit,
    duty.contact_name,
    case when alarm.is_open then duty.contact_phone end as contact_phone,
    duty.started_at,
    duty.is_handover_confirmed
from safety.duty_roster as duty
inner join newest on duty.day_date = newest.day_date
cross join alarm
where
    duty.place_code = $place
    and duty.duty_role = 'leader'
order by duty.shift_id
