-- 智慧景区状态：每处 A 级景区每段时期是否智慧达标；从未评定的时期按未达标计
-- grain: one row per A-grade spot and interval [valid_from, valid_to) between two assessments
-- binds: none
with graded as (
    select
        spot_id,
        place_code,
        scenic_grade
    from tourism.scenic_spot
    where scenic_grade <> 'none'
),

assessed as (
    select
        graded.spot_id,
        graded.place_code,
        graded.scenic_grade,
        smart.assessed_date as valid_from,
        smart.is_smart
    from graded
    inner join tourism.smart_assessment as smart on graded.spot_id = smart.spot_id
    union all
    select
        spot_id,
        place_code,
        scenic_grade,
        cast('1900-01-01' as date) as valid_from,
        false as is_smart
    from graded
)

select
    spot_id,
    place_code,
    scenic_grade,
    is_smart,
    valid_from,
    lead(valid_from) over (partition by spot_id order by valid_from) as valid_to
from assessed
