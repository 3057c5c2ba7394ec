-- 先后颠倒：一件事的后一步早于前一步（结案早于上报、到场早于出动）
-- grain: one row per source table with any such row
-- binds: none
with reversed as (
    select
        'urban.case' as source_table,
        reported_at as happened_at,
        case_id || '：结案 ' || strftime(closed_at, '%Y-%m-%d %H:%M')
        || ' 早于上报 ' || strftime(reported_at, '%Y-%m-%d %H:%M') as example
    from urban."case"
    where closed_at < reported_at
    union all
    select
        'urban.case' as source_table,
        reported_at as happened_at,
        case_id || '：派遣 ' || strftime(dispatched_at, '%Y-%m-%d %H:%M')
        || ' 早于立案 ' || strftime(filed_at, '%Y-%m-%d %H:%M') as example
    from urban."case"
    where dispatched_at < filed_at
    union all
    select
        'urban.case' as source_table,
        reported_at as happened_at,
        case_id || '：处置 ' || strftime(handled_at, '%Y-%m-%d %H:%M')
        || ' 早于派遣 ' || strftime(dispatched_at, '%Y-%m-%d %H:%M') as example
    from urban."case"
    where handled_at < dispatched_at
    union all
    select
        'urban.case' as source_table,
        reported_at as happened_at,
        case_id || '：结案 ' || strftime(closed_at, '%Y-%m-%d %H:%M')
        || ' 早于处置 ' || strftime(handled_at, '%Y-%m-%d %H:%M') as example
    from urban."case"
    where closed_at < handled_at
    union all
    select
        'urban.hotline_order' as source_table,
        reported_at as happened_at,
        order_id || '：办结 ' || strftime(closed_at, '%Y-%m-%d %H:%M')
        || ' 早于受理 ' || strftime(reported_at, '%Y-%m-%d %H:%M') as example
    from urban.hotline_order
    where closed_at < reported_at
    union all
    select
        'urban.hotline_order' as source_table,
        reported_at as happened_at,
        order_id || '：联系 ' || strftime(contacted_at, '%Y-%m-%d %H:%M')
        || ' 早于派单 ' || strftime(dispatched_at, '%Y-%m-%d %H:%M') as example
    from urban.hotline_order
    where contacted_at < dispatched_at
    union all
    select
        'overview.event' as source_table,
        reported_at as happened_at,
        event_id || '：结案 ' || strftime(closed_at, '%Y-%m-%d %H:%M')
        || ' 早于上报 ' || strftime(reported_at, '%Y-%m-%d %H:%M') as example
    from overview.event
    where closed_at < reported_at
    union all
    select
        'overview.event' as source_table,
        reported_at as happened_at,
        event_id || '：处置 ' || strftime(handled_at, '%Y-%m-%d %H:%M')
        || ' 早于派遣 ' || strftime(dispatched_at, '%Y-%m-%d %H:%M') as example
    from overview.event
    where handled_at < dispatched_at
    union all
    select
        'overview.assignment' as source_table,
        issued_at as happened_at,
        assignment_id || '：销号 ' || strftime(closed_at, '%Y-%m-%d %H:%M')
        || ' 早于交办 ' || strftime(issued_at, '%Y-%m-%d %H:%M') as example
    from overview.assignment
    where closed_at < issued_at
    union all
    select
        'safety.alarm_call' as source_table,
        received_at as happened_at,
        call_id || '：出动 ' || strftime(dispatched_at, '%Y-%m-%d %H:%M')
        || ' 早于接警 ' || strftime(received_at, '%Y-%m-%d %H:%M') as example
    from safety.alarm_call
    where dispatched_at < received_at
    union all
    select
        'safety.alarm_call' as source_table,
        received_at as happened_at,
        call_id || '：到场 ' || strftime(arrived_at, '%Y-%m-%d %H:%M')
        || ' 早于出动 ' || strftime(dispatched_at, '%Y-%m-%d %H:%M') as example
    from safety.alarm_call
    where arrived_at < dispatched_at
    union all
    select
        'tourism.complaint' as source_table,
        accepted_at as happened_at,
        complaint_id || '：办结 ' || strftime(closed_at, '%Y-%m-%d %H:%M')
        || ' 早于受理 ' || strftime(accepted_at, '%Y-%m-%d %H:%M') as example
    from tourism.complaint
    where closed_at < accepted_at
    union all
    select
        'community.care_alert' as source_table,
        raised_at as happened_at,
        care_alert_id || '：到场 ' || strftime(arrived_at, '%Y-%m-%d %H:%M')
        || ' 早于告警 ' || strftime(raised_at, '%Y-%m-%d %H:%M') as example
    from community.care_alert
    where arrived_at < raised_at
    union all
    select
        'community.care_alert' as source_table,
        raised_at as happened_at,
        care_alert_id || '：办结 ' || strftime(closed_at, '%Y-%m-%d %H:%M')
        || ' 早于告警 ' || strftime(raised_at, '%Y-%m-%d %H:%M') as example
    from community.care_alert
    where closed_at < raised_at
    union all
    select
        'ecology.exceedance' as source_table,
        raised_at as happened_at,
        exceedance_id || '：到场 ' || strftime(arrived_at, '%Y-%m-%d %H:%M')
        || ' 早于派遣 ' || strftime(dispatched_at, '%Y-%m-%d %H:%M') as example
    from ecology.exceedance
    where arrived_at < dispatched_at
    union all
    select
        'ecology.exceedance' as source_table,
        raised_at as happened_at,
        exceedance_id || '：办结 ' || strftime(closed_at, '%Y-%m-%d %H:%M')
        || ' 早于发现 ' || strftime(raised_at, '%Y-%m-%d %H:%M') as example
    from ecology.exceedance
    where closed_at < raised_at
)

select
    source_table,
    cast(null as varchar) as other_table,
    count(*) as finding_count,
    min(happened_at) as first_at,
    max(happened_at) as last_at,
    max_by(example, happened_at) as example
from reversed
group by source_table
