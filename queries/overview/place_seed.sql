-- 示意分区的依据：每个社区大致在哪里（网格中心；没有网格的区县用已登记设施的平均位置，县城用案件的平均位置）
-- grain: one row per point of a community or of a subdistrict
-- binds: $area (place code prefix)
with gridded as (
    select distinct left(place_code, 6) as district_code
    from urban.unit_grid
),

site as (
    select
        place_code,
        avg(lon) as lon,
        avg(lat) as lat
    from community.facility
    where length(place_code) = 12 and lon is not null
    group by place_code
),

seat as (
    select
        place_code,
        avg(lon) as lon,
        avg(lat) as lat
    from urban."case"
    where length(place_code) = 9 and lon is not null
    group by place_code
    having count(*) >= 100
),

point as (
    select
        left(place_code, 12) as place_code,
        lon,
        lat
    from urban.unit_grid
    where lon is not null and coalesce(is_in_service, true)
    union all
    select
        site.place_code,
        site.lon,
        site.lat
    from site
    where left(site.place_code, 6) not in (select gridded.district_code from gridded)
    union all
    select
        seat.place_code,
        seat.lon,
        seat.lat
    from seat
    where left(seat.place_code, 6) not in (select gridded.district_code from gridded)
)

select
    place_code,
    lon,
    lat
from point
where starts_with(place_code, $area)
order by place_code, lon, lat
