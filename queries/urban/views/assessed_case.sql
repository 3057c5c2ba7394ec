-- 考核口径的案件：一件一行，时限落在哪一天、是否按期、缓办、返工、满意；挂账、作废、申诉成立的标出不计
-- grain: one row per case that has a limit
-- binds: none
select
    case_id,
    place_code,
    handling_unit,
    cast(coalesce(extended_due_at, due_at) as date) as limit_day,
    closed_at is not null and closed_at <= coalesce(extended_due_at, due_at) as is_on_time,
    closed_at,
    handled_at,
    coalesce(rework_count, 0) > 0 as is_reworked,
    extended_due_at is not null as is_extended,
    case when satisfaction_score is not null then satisfaction_score >= 4 end as is_satisfied,
    status in ('suspended', 'cancelled') or coalesce(is_appeal_upheld, false) as is_left_out
from urban."case"
where coalesce(extended_due_at, due_at) is not null
