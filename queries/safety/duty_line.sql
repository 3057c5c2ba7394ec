-- 今天谁带班：统计期最后一天，本级各单位的带班领导与值班员、电话、交接和抽查情况
-- grain: one row per duty shift and person, leaders first
-- binds: $area (place code, equal), $until
-- filters: duty_role, duty_shift
select
    on_duty_unit,
    duty_role,
    duty_shift,
    contact_name,
    contact_phone,
    started_at,
    ended_at,
    is_handover_confirmed,
    is_checked_in,
    note
from safety.duty_roster
where
    place_code = $area
    and $filters
    and day_date = $until - interval 1 day
order by
    case duty_role when 'leader' then 1 when 'chief' then 2 else 3 end,
    shift_id
