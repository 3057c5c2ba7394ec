-- 未到位补贴：到统计期末最近一个应发月份里，还没有发足的地方和补贴类别
-- grain: one row per place and kind of subsidy that is not fully paid, most people first
-- binds: $area (place code prefix), $until
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
)

select
    judged.place_code,
    division.name,
    judged.kind as elder_subsidy_kind,
    judged.month_date,
    judged.due_date,
    judged.payable_count,
    judged.paid_count,
    judged.payable_count - judged.paid_count as unpaid_count
from judged
left join common.division as division on judged.place_code = division.place_code
where judged.payable_count > judged.paid_count
order by unpaid_count desc, judged.place_code, elder_subsidy_kind
