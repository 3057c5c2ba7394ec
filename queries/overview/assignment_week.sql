-- 上周交办一览：统计期内批示的，连同以前批示、期末还没销号的，到统计期末的去向；逾期、临期在前
-- grain: one row per assignment
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, lead_unit, theme, kind
with placed as (
    select
        *,
        case
            when closed_at < $until then '已销号'
            when due_at < $until then '逾期'
            when due_at < $until + interval 2 day then '临期'
            else '在办'
        end as state
    from overview.assignment
    where
        issued_at < $until
        and status <> 'cancelled'
        and starts_with(place_code, $area)
        and $filters
)

select
    assignment_id,
    title,
    theme,
    place_code,
    issued_at,
    due_at,
    closed_at,
    lead_unit,
    supporting_units,
    state,
    issued_at >= $since as is_of_period
from placed
where issued_at >= $since or state <> '已销号'
order by
    case state when '逾期' then 1 when '临期' then 2 when '在办' then 3 else 4 end,
    due_at,
    assignment_id
