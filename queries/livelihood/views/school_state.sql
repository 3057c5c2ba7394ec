-- 学校现状：各校各学段每学年一行，自数据截至日起有效，到下一学年的数据为止，最多十八个月
-- grain: one row per school, stage and school year
-- binds: none
select
    school_id,
    school_stage,
    place_code,
    data_date,
    seat_count,
    student_count,
    class_count,
    teacher_count,
    is_smart,
    least(
        lead(data_date) over (partition by school_id, school_stage order by school_year),
        data_date + interval 18 month
    ) as expires_date
from livelihood.school_yearly
