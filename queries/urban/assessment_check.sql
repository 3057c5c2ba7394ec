-- 考核核对：扣分合计与逐条之和不符、公布名次与得分次序不符的单位
-- grain: one row per unit and month that does not agree
-- binds: $until, $fewest (due cases below which nobody is ranked)
with listed as (
    select
        assessed_unit,
        month_date,
        sum(deducted_points) as listed_points
    from urban.assessment_deduction
    where coalesce(status, 'confirmed') <> 'revoked'
    group by assessed_unit, month_date
),

ranked as (
    select
        *,
        rank() over (partition by assessment_group, month_date order by score desc) as counted_rank_no
    from urban.assessment_score
    where due_case_count >= $fewest
)

select
    score.assessed_unit,
    score.month_date,
    score.deducted_points,
    listed.listed_points,
    score.rank_no,
    ranked.counted_rank_no
from urban.assessment_score as score
left join listed on score.assessed_unit = listed.assessed_unit and score.month_date = listed.month_date
left join ranked on score.assessed_unit = ranked.assessed_unit and score.month_date = ranked.month_date
where
    score.month_date + interval 1 month <= $until
    and (
        abs(coalesce(listed.listed_points, 0) - score.deducted_points) > 0.005
        or score.rank_no <> ranked.counted_rank_no
    )
order by score.month_date desc, score.assessed_unit
