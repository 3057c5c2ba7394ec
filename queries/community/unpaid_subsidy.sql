-- 未到位补贴：到统计期末最近一个应发月份里，还没有发足的地方和补贴类别；不足 5 人的不给数，只有一处时连同次少的一处
-- grain: one row per place and kind of subsidy that is not fully paid, most people first
-- binds: $area (place code prefix), $until
-- filters: district_code
with judged as (
    select
        place_code,
        kind,
        month_date,
        due_date,
        payable_count,
        case when paid_date < $until then paid_count else 0 end as paid_count
    from community.subsidy_state
    where
        due_date < $until and expires_date >= $until
        and starts_with(place_code, $area)
        and $filters
),

ranked as (
    select
        *,
        payable_count - paid_count as unpaid_count,
        row_number() over (order by payable_count - paid_count, place_code, kind) as smallest,
        count(*) filter (where payable_count - paid_count < 5) over () as withheld_count
    from judged
    where payable_count > paid_count
),

shown as (
    select
        *,
        unpaid_count >= 5 and not (withheld_count = 1 and smallest = 2) as is_shown
    from ranked
)

select
    shown.place_code,
    division.name,
    shown.kind as elder_subsidy_kind,
    shown.month_date,
    shown.due_date,
    case when shown.payable_count >= 5 then shown.payable_count end as payable_count,
    case when shown.is_shown then shown.paid_count end as paid_count,
    case when shown.is_shown then shown.unpaid_count end as unpaid_count
from shown
left join common.division as division on shown.place_code = division.place_code
order by shown.unpaid_count desc, shown.place_code, elder_subsidy_kind
