-- 最近发布：各空气站最近一次发布的 AQI、级别、首要污染物，各断面最近一次发布的水质类别；原样显示，不用计算值替换
-- grain: one row per station or section with a published value in the period, stations first
-- binds: $area (place code prefix), $since, $until
with air as (
    select
        '空气站' as object_name,
        coalesce(station.name, hour_value.station_id) as name,
        hour_value.observed_at,
        cast(hour_value.published_aqi as varchar) as published_value,
        hour_value.published_level as air_level,
        hour_value.published_primary as primary_item,
        row_number() over (partition by hour_value.station_id order by hour_value.observed_at desc) as rank_no
    from ecology.air_hourly as hour_value
    left join ecology.air_station as station on hour_value.station_id = station.station_id
    where
        hour_value.observed_at >= $since and hour_value.observed_at < $until
        and hour_value.published_aqi is not null
        and starts_with(hour_value.place_code, $area)
),

water as (
    select
        '断面' as object_name,
        coalesce(section.name, measure.section_id) as name,
        measure.observed_at,
        measure.published_class || '类' as published_value,
        null as air_level,
        null as primary_item,
        row_number() over (partition by measure.section_id order by measure.observed_at desc) as rank_no
    from ecology.water_measure as measure
    left join ecology.water_section as section on measure.section_id = section.section_id
    where
        measure.observed_at >= $since and measure.observed_at < $until
        and measure.published_class is not null
        and starts_with(measure.place_code, $area)
)

select
    object_name,
    name,
    observed_at,
    published_value,
    air_level,
    primary_item
from (
    select * from air
    union all
    select * from water
) as both_kinds
where rank_no = 1
order by object_name desc, name
