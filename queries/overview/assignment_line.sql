-- 交办一行数（问题 2）：统计期内批示的事项到统计期末的去向：已销号、在办、临期（两天内到时限）、逾期；撤销的不计
-- grain: one row
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, lead_unit, theme, kind
select
    count(*) as assignment_count,
    count(*) filter (where closed_at < $until) as closed_count,
    count(*) filter (
        where (closed_at is null or closed_at >= $until) and (due_at is null or due_at >= $until + interval 2 day)
    ) as running_count,
    count(*) filter (
        where (closed_at is null or closed_at >= $until) and due_at >= $until and due_at < $until + interval 2 day
    ) as near_due_count,
    count(*) filter (
        where (closed_at is null or closed_at >= $until) and due_at < $until
    ) as overdue_count,
    string_agg(distinct lead_unit, '、') filter (
        where (closed_at is null or closed_at >= $until) and due_at < $until
    ) as overdue_units
from overview.assignment
where
    issued_at >= $since
    and issued_at < $until
    and status <> 'cancelled'
    and starts_with(place_code, $area)
    and $filters
