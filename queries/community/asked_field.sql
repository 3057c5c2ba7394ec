-- 在填字段：到统计期末还要本地基层填报的统一字段，各由哪些单位要；已改为按需获取的不计
-- grain: one row per standard field and requesting unit
-- binds: $area (place code prefix), $until
select
    standard_field,
    requesting_unit,
    count(distinct form_id) as form_count,
    count(*) filter (where is_available) as available_count
from community.report_field
where
    standard_field is not null
    and coalesce(not is_on_demand, true)
    and (valid_from is null or valid_from < $until)
    and (valid_to is null or valid_to >= $until)
    and (starts_with(place_code, $area) or starts_with($area, place_code))
group by standard_field, requesting_unit
order by standard_field, requesting_unit
