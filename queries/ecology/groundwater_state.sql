-- 地下水现状：登记的每口井在统计期末以前最近一个采样季度的最后一次有效采样，对目标类别
-- grain: one row per registered well
-- binds: $area (place code prefix), $until
with valid as (
    select *
    from ecology.groundwater_measure
    where
        sampled_date < $until
        and coalesce(data_flag, 'N') in ('N', 'R')
),

season as (
    select max(date_trunc('quarter', sampled_date)) as first_day
    from valid
),

latest as (
    select
        valid.well_id,
        max(valid.sampled_date) as sampled_date
    from valid
    cross join season
    where valid.sampled_date >= season.first_day
    group by valid.well_id
)

select
    well.well_id,
    well.name,
    well.place_code,
    well.target_groundwater_class,
    valid.sampled_date,
    valid.published_groundwater_class,
    valid.exceed_item,
    valid.water_table_m
from ecology.groundwater_well as well
left join latest on well.well_id = latest.well_id
left join valid on latest.well_id = valid.well_id and latest.sampled_date = valid.sampled_date
where starts_with(well.place_code, $area)
order by well.place_code, well.well_id
