-- 森林防火：各区县统计期末日最高火险等级、期内热点与林火、护林员上岗、消防水源可用
-- grain: one row per district (or reporting unit) with a forest report, the worst danger first
-- binds: $area (place code prefix), $since, $until
with danger as (
    select
        left(place_code, 6) as place_code,
        max(fire_danger_grade) as fire_danger_grade,
        count(*) filter (where fire_danger_grade >= '4') as high_place_count,
        count(*) filter (where is_fire_ban) as ban_place_count
    from safety.forest_fire_risk
    where
        day_date = $until - interval 1 day
        and starts_with(place_code, $area)
    group by left(place_code, 6)
),

spot as (
    select
        left(place_code, 6) as place_code,
        count(*) as hot_spot_count,
        count(*) filter (where is_forest_fire) as forest_fire_count,
        count(*) filter (where is_forest_fire is null) as unverified_count
    from safety.forest_hot_spot
    where
        detected_at >= $since and detected_at < $until
        and starts_with(place_code, $area)
    group by left(place_code, 6)
),

patrol as (
    select
        left(place_code, 6) as place_code,
        1.0 * sum(ranger_on_duty_count) / nullif(sum(ranger_count), 0) as on_duty_rate
    from safety.forest_patrol_daily
    where
        day_date >= $since and day_date < $until
        and starts_with(place_code, $area)
        and ranger_on_duty_count is not null
    group by left(place_code, 6)
),

water as (
    select
        left(place_code, 6) as place_code,
        1.0 * count(*) filter (where is_usable) / nullif(count(is_usable), 0) as usable_water_rate
    from safety.forest_water_point
    where starts_with(place_code, $area)
    group by left(place_code, 6)
),

place as (
    select place_code from danger
    union
    select place_code from spot
    union
    select place_code from patrol
)

select
    place.place_code,
    danger.fire_danger_grade,
    danger.high_place_count,
    danger.ban_place_count,
    coalesce(spot.hot_spot_count, 0) as hot_spot_count,
    coalesce(spot.forest_fire_count, 0) as forest_fire_count,
    coalesce(spot.unverified_count, 0) as unverified_count,
    patrol.on_duty_rate,
    water.usable_water_rate
from place
left join danger on place.place_code = danger.place_code
left join spot on place.place_code = spot.place_code
left join patrol on place.place_code = patrol.place_code
left join water on place.place_code = water.place_code
order by danger.fire_danger_grade desc nulls last, danger.high_place_count desc nulls last, place.place_code
