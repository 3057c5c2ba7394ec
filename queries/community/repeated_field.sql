-- 重复采集：同一统一字段被两家及以上单位要，各单位要了几个这样的字段、用了几张表、其中平台已有几个
-- grain: one row per requesting unit, most repeated fields first
-- binds: $area (place code prefix), $until
-- filters: grassroots_domain
with asked as (
    select
        standard_field,
        requesting_unit,
        form_id,
        is_available
    from community.report_field
    where
        standard_field is not null
        and coalesce(not is_on_demand, true)
        and (valid_from is null or valid_from < $until)
        and (valid_to is null or valid_to >= $until)
        and (starts_with(place_code, $area) or starts_with($area, place_code))
        and $filters
),

repeated as (
    select standard_field
    from asked
    group by standard_field
    having count(distinct requesting_unit) >= 2
)

select
    asked.requesting_unit,
    count(distinct asked.standard_field) as repeated_field_count,
    count(distinct asked.form_id) as form_count,
    count(distinct asked.standard_field) filter (where asked.is_available) as available_field_count
from asked
inner join repeated on asked.standard_field = repeated.standard_field
group by asked.requesting_unit
order by repeated_field_count desc, asked.requesting_unit
