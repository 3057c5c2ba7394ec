-- 同一条河的其他断面，自上游到下游
-- grain: one row per other section
-- binds: $id
select
    s.section_id,
    s.name,
    s.place_code,
    s.target_class,
    s.river_order
from ecology.water_section as s
inner join ecology.water_section as here on s.river_name = here.river_name and s.section_id <> here.section_id
where here.section_id = $id
order by s.river_order, s.section_id
