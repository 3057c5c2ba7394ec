-- 有办理时限的案件：大类、时限（延期后的）、时限在工作日历上的刻度（小时）
-- grain: one row per case with a limit
-- binds: none
-- 当日已过的工作小时：上午 08:00–12:00、下午 14:00–18:00
with limited as (
    select
        *,
        coalesce(extended_due_at, due_at) as limit_at,
        date_part('epoch', cast(coalesce(extended_due_at, due_at) as time)) / 3600.0 as limit_hour
    from urban."case"
    where
        coalesce(extended_due_at, due_at) is not null
        and status not in ('suspended', 'cancelled')
        and coalesce(closed_at >= filed_at, true)
)

select
    c.case_id,
    c.title,
    c.address,
    c.place_code,
    c.channel,
    coalesce(kind.major_name, c.type_code) as category_name,
    c.status as case_status,
    c.handling_unit,
    c.lead_unit,
    c.supporting_units,
    c.supervision_count,
    c.filed_at,
    c.closed_at,
    c.limit_at,
    clock.worked_hour_before
    + case
        when clock.is_workday
            then least(greatest(c.limit_hour - 8, 0), 4) + least(greatest(c.limit_hour - 14, 0), 4)
        else 0
    end as limit_work_hour
from limited as c
left join urban.matter_type as kind
    on
        c.standard_ref = kind.standard_ref
        and c.matter_kind = kind.matter_kind
        and c.type_code = kind.type_code
left join urban.work_clock as clock on cast(c.limit_at as date) = clock.day_date
