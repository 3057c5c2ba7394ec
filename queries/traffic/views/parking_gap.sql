-- 停车缺口：每次供需调查的缺口泊位，及其被下一次调查取代的日期
-- grain: one row per place, kind of area and survey
-- binds: none
select
    place_code,
    parking_area_kind,
    data_date,
    space_count,
    demand_count,
    shareable_count,
    case when demand_count > space_count then demand_count - space_count else 0 end as gap_count,
    lead(data_date) over (partition by place_code, parking_area_kind order by data_date) as replaced_date
from traffic.parking_demand
where demand_count is not null and space_count is not null
