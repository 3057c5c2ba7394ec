-- 15 分钟生活圈：各社区（村）步行 15 分钟内可到的必备设施有几类，共七类；停用的设施不计
-- grain: one row per community with walking times
-- binds: none
with walked as (
    select
        origin_place_code,
        access_service,
        facility_id,
        duration_min
    from livelihood.travel_time
    where
        travel_mode = 'walk'
        and access_service in (
            'service_center', 'elder_station', 'canteen', 'clinic', 'childcare', 'sport', 'market'
        )
),

reached as (
    select
        walked.origin_place_code,
        count(distinct walked.access_service) filter (
            where walked.duration_min <= 15 and coalesce(facility.is_open, true)
        ) as reached_kind_count
    from walked
    left join community.facility as facility on walked.facility_id = facility.community_facility_id
    group by walked.origin_place_code
)

select
    community.place_code,
    community.population,
    community.data_date,
    reached.reached_kind_count
from community.community as community
inner join reached on community.place_code = reached.origin_place_code
order by community.place_code
