-- 服务构成：统计期内满 24 小时的服务工单，五类服务各多少，其中无偿、低偿、有偿各多少
-- grain: one row per kind of service, most orders first
-- binds: $area (place code prefix), $since, $until
-- filters: charge_kind, district_code, service_kind
select
    service_kind,
    cast(sum(order_count) as bigint) as order_count,
    cast(coalesce(sum(order_count) filter (where charge_kind = 'free'), 0) as bigint) as free_count,
    cast(coalesce(sum(order_count) filter (where charge_kind = 'low'), 0) as bigint) as low_count,
    cast(coalesce(sum(order_count) filter (where charge_kind = 'paid'), 0) as bigint) as paid_count
from community.care_order_day
where
    day_date >= $since and day_date < $until
    and starts_with(place_code, $area)
    and $filters
group by service_kind
order by order_count desc, service_kind
