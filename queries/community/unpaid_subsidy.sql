-- 未到位补贴：到统计期末最近一个应发月份里，还有人没有发到的地方；人数只在养老补贴到位率里按其规则给
-- grain: one row per place where a subsidy is not fully paid, the oldest date due first
-- binds: $area (place code prefix), $until
-- filters: district_code
-- neither numbers nor kinds: together with the exact totals of CO12 they would give one person away
select
    state.place_code,
    division.name,
    min(state.due_date) as due_date
from community.subsidy_state as state
left join common.division as division on state.place_code = division.place_code
where
    state.due_date < $until and state.expires_date >= $until
    and starts_with(state.place_code, $area)
    and $filters
    and state.payable_count > case when state.paid_date < $until then state.paid_count else 0 end
group by state.place_code, division.name
order by due_date, state.place_code
