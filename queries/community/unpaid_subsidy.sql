-- 未到位补贴：到统计期末最近一个应发月份里，还没有发足的地方和补贴类别；不足 5 人的不给数，其余按 5 取整
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
        payable_count - case when paid_date < $until then paid_count else 0 end as unpaid_count
    from community.subsidy_state
    where
        due_date < $until and expires_date >= $until
        and starts_with(place_code, $area)
        and $filters
)

select
    judged.place_code,
    division.name,
    judged.kind as elder_subsidy_kind,
    judged.month_date,
    judged.due_date,
    case when judged.payable_count >= 5 then judged.payable_count // 5 * 5 end as due_elder_count,
    case when judged.unpaid_count >= 5 then judged.unpaid_count // 5 * 5 end as unpaid_count
from judged
left join common.division as division on judged.place_code = division.place_code
where judged.unpaid_count > 0
order by unpaid_count desc nulls last, judged.place_code, elder_subsidy_kind
