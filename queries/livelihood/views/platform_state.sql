-- 健康黄山使用：各地各项服务每月的使用，到下一个月的数据为止，最多再用三个月
-- grain: one row per place, service and month
-- binds: none
select
    place_code,
    health_service_kind,
    use_count,
    month_date + interval 1 month as end_date,
    least(
        lead(month_date + interval 1 month) over (partition by place_code, health_service_kind order by month_date),
        month_date + interval 4 month
    ) as expires_date
from livelihood.health_platform_monthly
