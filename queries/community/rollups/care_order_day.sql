-- 服务工单日值：各社区每日满 24 小时的工单几张，其中 24 小时内完成几张；取消的不计
-- grain: one row per place, kind of service, charge and day on which 24 hours had passed
-- binds: none
with clock as (
    select greatest(max(ordered_at), max(accepted_at), max(arrived_at), max(closed_at)) as data_time
    from community.care_order
)

select
    care_order.place_code,
    care_order.service_kind,
    care_order.charge_kind,
    cast(care_order.ordered_at + interval 24 hour as date) as day_date,
    count(*) as order_count,
    count(*) filter (where care_order.closed_at <= care_order.ordered_at + interval 24 hour) as done_count
from community.care_order
inner join clock on care_order.ordered_at + interval 24 hour <= clock.data_time
where coalesce(not care_order.is_cancelled, true)
group by
    care_order.place_code, care_order.service_kind, care_order.charge_kind,
    cast(care_order.ordered_at + interval 24 hour as date)
order by day_date, care_order.place_code, care_order.service_kind, care_order.charge_kind
