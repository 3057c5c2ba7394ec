-- 今天谁带班（问题 23）：统计期最后一天，本级各单位的带班领导、交接和抽查；有预警在生效时才列电话
-- grain: one row per duty shift of a leader, the government office first
-- binds: $area (place code, equal), $until
with alarm as (
    select count(*) > 0 as is_open
    from safety.warning_notice
    where
        issued_at < $until
        and (cleared_at is null or cleared_at >= $until)
        and (starts_with(place_code, $area) or starts_with($area, place_code))
)

select
    duty.on_duty_unit,
    duty.contact_name,
    case when alarm.is_open then duty.contact_phone end as contact_phone,
    duty.duty_shift,
    duty.started_at,
    duty.is_handover_confirmed,
    duty.is_checked_in
from safety.duty_roster as duty
cross join alarm
where
    duty.place_code = $area
    and duty.day_date = $until - interval 1 day
    and duty.duty_role = 'leader'
order by duty.shift_id
