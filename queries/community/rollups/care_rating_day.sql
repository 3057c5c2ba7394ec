-- 服务评价日值：各社区每日办结并有评价的工单几张，4、5 分几张；按办结日
-- grain: one row per place, kind of service and day
-- binds: none
select
    place_code,
    service_kind,
    cast(closed_at as date) as day_date,
    count(*) as rated_count,
    count(*) filter (where satisfaction_score >= 4) as satisfied_count
from community.care_order
where closed_at is not null and satisfaction_score is not null
group by place_code, service_kind, cast(closed_at as date)
order by day_date, place_code, service_kind
