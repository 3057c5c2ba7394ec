-- 未到位补贴：到统计期末最近一个应发月份里，还有人没有发到的地方；人数只在养老补贴到位率里按其规则给
-- grain: one row per place where a subsidy is not fully paid, the oldest date due first
-- binds: $area (place code prefix), $until
-- filters: district_code
-- neither numbers nor kinds: together with the exact totals of CO12 they would give one person away
with waiting as (
    select
        place_code,
        min(due_date) as due_date
    from community.subsidy_state
    where
        due_date < $until and expires_date >= $until
        and starts_with(place_code, $area)
        and $filters
        and payable_count > case when paid_date < $until then paid_count else 0 end
    group by place_code
)

select
    waiting.place_code,
    division.name,
    waiting.due_date
from waiting
left join common.division as division on waiting.place_code = division.place_code
order by waiting.due_date, waiting.place_code
