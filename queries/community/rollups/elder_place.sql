-- 老年人底数：各社区登记的老年人按养老方式、独居与关爱、四类对接的人数；不含个人
-- grain: one row per place
-- binds: none
select
    place_code,
    max(data_date) as data_date,
    count(*) as elder_count,
    count(*) filter (where is_living_alone) as living_alone_count,
    count(*) filter (
        where is_living_alone and (has_care_device is not null or has_service_contract is not null)
    ) as alone_known_count,
    count(*) filter (where is_living_alone and (has_care_device or has_service_contract)) as alone_cared_count,
    count(*) filter (where care_mode = 'home') as home_count,
    count(*) filter (where care_mode = 'community') as community_count,
    count(*) filter (where care_mode = 'institution') as institution_count,
    count(*) filter (where has_local_registration) as registered_count,
    count(*) filter (where has_health_record) as health_record_count,
    count(*) filter (where has_family_doctor) as family_doctor_count,
    count(*) filter (where has_social_insurance) as insured_count,
    count(*) filter (where aid_kind <> 'none') as aided_count,
    count(*) filter (where has_care_device) as device_count
from community.elder
group by place_code
order by place_code
