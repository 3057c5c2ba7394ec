-- 同一乡镇街道、同一学段的其他学校
-- grain: one row per other school, at most 50
-- binds: $id
select
    s.school_id,
    s.name,
    s.address,
    s.is_public
from livelihood.school as s
inner join livelihood.school as here
    on
        s.school_id <> here.school_id
        and s.school_stage = here.school_stage
        and left(s.place_code, 9) = left(here.place_code, 9)
where here.school_id = $id
order by s.name, s.school_id
limit 50
