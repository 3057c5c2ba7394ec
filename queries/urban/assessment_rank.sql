-- 本月谁第一、谁垫底（问题17）：最近一个已考核月各组的得分、名次、升降，另按得分核对名次
-- grain: one row per assessed unit, group by group (区县 first), best first; below the sample last, without a rank
-- binds: $area (place code prefix), $until, $fewest (due cases below which nobody is ranked)
with month_of as (
    select max(month_date) as month_date
    from urban.assessment_score
    where month_date + interval 1 month <= $until
),

scored as (
    select
        now_score.*,
        earlier.rank_no as earlier_rank_no,
        earlier.score as earlier_score,
        case when now_score.due_case_count >= $fewest then 1 else 0 end as is_ranked
    from urban.assessment_score as now_score
    inner join month_of on now_score.month_date = month_of.month_date
    left join urban.assessment_score as earlier
        on
            now_score.assessed_unit = earlier.assessed_unit
            and now_score.month_date - interval 1 month = earlier.month_date
),

-- 名次是全市组内的，先排再按辖区取
ranked as (
    select
        *,
        case
            when is_ranked = 1
                then rank() over (partition by assessment_group, is_ranked order by score desc)
        end as counted_rank_no
    from scored
)

select
    assessment_group,
    assessed_unit,
    place_code,
    month_date,
    score,
    earlier_score,
    bonus_points,
    deducted_points,
    due_case_count,
    rank_no,
    earlier_rank_no,
    counted_rank_no
from ranked
where starts_with(place_code, $area)
order by
    case assessment_group when 'district' then 1 when 'subdistrict' then 2 when 'bureau' then 3 else 4 end,
    assessment_group, is_ranked desc, score desc, assessed_unit
