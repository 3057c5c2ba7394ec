-- 医疗机构点位：医院、社区卫生服务中心和乡镇卫生院在哪里、几张床、开不开放
-- grain: one row per hospital, community centre or township health centre
-- binds: $area (place code prefix)
-- filters: district_code
select
    facility_id,
    name,
    kind as health_facility_kind,
    lon,
    lat,
    bed_count,
    is_open
from livelihood.health_facility
where
    kind in ('hospital', 'community_centre', 'township')
    and starts_with(place_code, $area)
    and $filters
order by place_code, facility_id
