-- 交办一行数（问题 2）：统计期内批示的，连同以前批示、期末还没销号的：已销号、在办、临期（两天内到时限）、逾期；撤销的不计
-- grain: one row; the overdue are those of 逾期未销号交办 (OV14), whenever they were issued
-- binds: $area (place code prefix), $since, $until
with held as (
    select
        due_at,
        lead_unit,
        coalesce(closed_at < $until, false) as is_closed
    from overview.assignment
    where
        issued_at < $until
        and (issued_at >= $since or closed_at is null or closed_at >= $until)
        and status <> 'cancelled'
        and starts_with(place_code, $area)
)

select
    count(*) as assignment_count,
    count(*) filter (where is_closed) as closed_count,
    count(*) filter (where not is_closed and (due_at is null or due_at >= $until + interval 2 day)) as running_count,
    count(*) filter (where not is_closed and due_at >= $until and due_at < $until + interval 2 day) as near_due_count,
    count(*) filter (where not is_closed and due_at < $until) as overdue_count,
    string_agg(distinct lead_unit, '、' order by lead_unit) filter (
        where not is_closed and due_at < $until
    ) as overdue_units
from held
