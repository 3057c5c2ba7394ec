-- 接入登记：每个接口的状态与统计期内批次到达、可用时长、最近成功时间
-- grain: one row per interface
-- binds: $since, $until
-- filters: owner_unit, theme
with daily as (
    select
        integration_id,
        sum(expected_batch_count) as expected_batch_count,
        sum(received_batch_count) as received_batch_count,
        sum(available_min) as available_min,
        max(last_success_at) as last_success_at
    from overview.integration_daily
    where day_date >= $since and day_date < $until
    group by integration_id
)

select
    integration.integration_id,
    integration.system_id,
    integration.name,
    integration.theme,
    integration.kind,
    integration.region_level,
    integration.status,
    integration.owner_unit,
    integration.refresh_rule,
    cast(daily.expected_batch_count as bigint) as expected_batch_count,
    cast(daily.received_batch_count as bigint) as received_batch_count,
    daily.available_min,
    daily.last_success_at
from overview.integration as integration
left join daily on integration.integration_id = daily.integration_id
where $filters
order by integration.integration_id
