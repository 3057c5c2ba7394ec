-- 学位缺口：自下一个秋季起五个学年，各学区小学、初中的应入学人数与计划学位，低、中、高三种情景
-- grain: one row per school district, stage and school year, the largest gap of the next autumn first
-- binds: $area (place code prefix), $until
-- filters: school_stage, school_district_id
with outlook as (
    select *
    from livelihood.seat_outlook
    where
        school_stage in ('primary', 'junior')
        and starts_date >= $until and starts_date < $until + interval 5 year
        and issued_at < $until
        and (superseded_at is null or superseded_at >= $until)
        and starts_with(place_code, $area)
        and $filters
),

banded as (
    select
        school_district_id,
        school_stage,
        school_year,
        min(place_code) as place_code,
        min(starts_date) as starts_date,
        min(eligible_count) filter (where scenario = 'low') as low_count,
        min(eligible_count) filter (where scenario = 'mid') as mid_count,
        min(eligible_count) filter (where scenario = 'high') as high_count,
        min(seat_planned_count) filter (where scenario = 'mid') as seat_count
    from outlook
    group by school_district_id, school_stage, school_year
),

named as (
    select
        school_district_id,
        max(school_district_name) as school_district_name
    from livelihood.school_district
    group by school_district_id
)

select
    banded.school_district_id,
    coalesce(named.school_district_name, banded.school_district_id) as school_district_name,
    banded.place_code,
    banded.school_stage,
    banded.school_year,
    banded.low_count,
    banded.mid_count,
    banded.high_count,
    banded.seat_count,
    banded.low_count - banded.seat_count as low_gap,
    banded.mid_count - banded.seat_count as mid_gap,
    banded.high_count - banded.seat_count as high_gap,
    banded.starts_date < $until + interval 1 year as is_next
from banded
left join named on banded.school_district_id = named.school_district_id
order by is_next desc, mid_gap desc nulls last, banded.school_district_id, banded.school_stage, banded.school_year
