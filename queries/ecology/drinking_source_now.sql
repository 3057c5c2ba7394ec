-- 水源地现状：登记的每处水源地在统计期末以前最近一个整月的月末状态，不达标的在前
-- grain: one row per registered source
-- binds: $area (place code prefix), $until
with month_reported as (
    select max(month_date) as month_date
    from ecology.drinking_source_state
    where month_date + interval 1 month <= $until
)

select
    source.name,
    source.kind,
    source.region_level,
    source.place_code,
    source.served_population,
    source.target_class,
    state.measured_month_date,
    state.published_class,
    state.published_groundwater_class,
    state.is_compliant,
    state.exceed_item,
    source.supervising_unit
from ecology.drinking_source as source
cross join month_reported
left join ecology.drinking_source_state as state
    on source.drinking_source_id = state.drinking_source_id and month_reported.month_date = state.month_date
where starts_with(source.place_code, $area)
order by state.is_compliant nulls last, source.served_population desc, source.drinking_source_id
