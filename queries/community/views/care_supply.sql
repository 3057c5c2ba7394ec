-- 养老床位与老年人：未关停机构的床位（医疗护理机构除外），与各社区 60 岁及以上人口并列；登记现状
-- grain: one row per institution, and per community
-- binds: none
select
    place_code,
    bed_count,
    null as elder_60_count,
    data_date
from community.care_institution
where coalesce(is_open, true) and coalesce(kind, '') <> 'medical_care'
union all
select
    place_code,
    null as bed_count,
    elder_60_count,
    data_date
from community.community
