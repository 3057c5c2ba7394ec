-- 一所学校历年的在校学生、计划学位、班额和教师
-- grain: one row per school year and stage, the newest first
-- binds: $id
select
    school_year,
    school_stage,
    student_count,
    seat_count,
    class_count,
    large_class_count,
    teacher_count,
    data_date
from livelihood.school_yearly
where school_id = $id
order by school_year desc, school_stage
