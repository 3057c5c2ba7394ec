-- 服务可达性：各社区（村）各项服务的得分、30 分钟可达，和同一服务的全市人口加权平均得分
-- grain: one row per place, service, mode of travel and method
-- binds: none
select
    place_code,
    access_service,
    travel_mode,
    access_score,
    is_reached_30min,
    resident_count,
    calculated_at,
    sum(access_score * resident_count) over (partition by access_service, travel_mode, method_version)
    / nullif(
        sum(case when access_score is not null then resident_count end)
            over (partition by access_service, travel_mode, method_version),
        0
    ) as mean_score
from livelihood.access_score
