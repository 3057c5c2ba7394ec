-- 学位展望：学位供需预测的每一行，带开学日和被下一版取代的时间
-- grain: one row per school district, stage, school year, scenario and model version
-- binds: none
select
    school_district_id,
    school_stage,
    school_year,
    scenario,
    place_code,
    eligible_count,
    seat_planned_count,
    issued_at,
    make_date(school_year, 9, 1) as starts_date,
    lead(issued_at) over (
        partition by school_district_id, school_stage, school_year, scenario
        order by issued_at
    ) as superseded_at
from livelihood.seat_projection
