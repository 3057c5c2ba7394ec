-- 一个单位谁带班：统计期末以前最近一个有排班的日子；有预警在生效时才列电话
-- grain: one row when the unit has a leader on the roster, none otherwise
-- binds: $unit (name, equal), $until
with alarm as (
    select count(*) > 0 as is_open
    from safety.warning_notice
    where
        issued_at < $until
        and (cleared_at is null or cleared_at >= $until)
)

select
    duty.day_date,
    duty.contact_name,
    case when alarm.is_open then duty.contact_phone end as contact_phone
from safety.duty_roster as duty
cross join alarm
where
    duty.on_duty_unit = $unit
    and duty.duty_role = 'leader'
    and duty.day_date < $until
order by duty.day_date desc, duty.shift_id
limit 1
