-- 五项总分的分项：各分项指标的分子和分母，与同名指标同一口径
-- grain: one row per part; numerator and denominator are null where there is nothing
-- binds: $area (place code prefix), $since, $until
with case_sum as (
    select
        sum(video_filed_count) as video_filed_count,
        sum(filed_count) as filed_count,
        sum(due_count) as due_count,
        sum(due_handled_count) as due_handled_count,
        sum(due_closed_count) as due_closed_count,
        sum(due_on_time_count) as due_on_time_count,
        sum(handled_count) as handled_count,
        sum(reworked_count) as reworked_count,
        sum(rated_count) as rated_count,
        sum(satisfied_count) as satisfied_count
    from urban.case_daily
    where day_date >= $since and day_date < $until and starts_with(place_code, $area)
),

order_sum as (
    select
        sum(dispatched_count) as dispatched_count,
        sum(contacted_in_time_count) as contacted_in_time_count,
        sum(due_count) as due_count,
        sum(due_on_time_count) as due_on_time_count,
        sum(rated_count) as rated_count,
        sum(satisfied_count) as satisfied_count,
        sum(solve_asked_count) as solve_asked_count,
        sum(solved_count) as solved_count
    from urban.order_daily
    where day_date >= $since and day_date < $until and starts_with(place_code, $area)
),

detection_sum as (
    select
        sum(confirmed_count) as confirmed_count,
        sum(rejected_count) as rejected_count
    from urban.detection_daily
    where day_date >= $since and day_date < $until and starts_with(place_code, $area)
),

device as (
    select
        count(*) filter (where is_online) as online_count,
        count(is_online) as known_count
    from urban.iot_device
    where data_date >= $since and data_date < $until and starts_with(place_code, $area)
),

answered as (
    select
        sum(answered_count) filter (where call_count is not null) as answered_count,
        sum(call_count) filter (where answered_count is not null) as call_count
    from overview.hotline_daily
    where
        call_line = '12345'
        and day_date >= $since and day_date < $until
        and starts_with(place_code, $area)
),

enforced as (
    select
        count(*) filter (where closed_at <= due_at) as on_time_count,
        count(*) as due_count
    from urban.enforcement_case
    where
        due_at >= $since and due_at < $until
        and status not in ('cancelled', 'transferred')
        and starts_with(place_code, $area)
),

replied as (
    select
        count(*) filter (where replied_at <= due_at) as on_time_count,
        count(*) as due_count
    from urban.enforcement_copy
    where due_at >= $since and due_at < $until and starts_with(place_code, $area)
)

select
    'smart_discovery_rate' as part,
    video_filed_count as numerator,
    filed_count as denominator
from case_sum
union all
select
    'handling_rate' as part,
    due_handled_count as numerator,
    due_count as denominator
from case_sum
union all
select
    'closure_rate' as part,
    due_closed_count as numerator,
    due_count as denominator
from case_sum
union all
select
    'on_time_closure_rate' as part,
    due_on_time_count as numerator,
    due_count as denominator
from case_sum
union all
select
    'rework_rate' as part,
    reworked_count as numerator,
    handled_count as denominator
from case_sum
union all
select
    'case_satisfaction_rate' as part,
    satisfied_count as numerator,
    rated_count as denominator
from case_sum
union all
select
    'hotline_response_rate' as part,
    contacted_in_time_count as numerator,
    dispatched_count as denominator
from order_sum
union all
select
    'hotline_satisfaction_rate' as part,
    satisfied_count as numerator,
    rated_count as denominator
from order_sum
union all
select
    'hotline_solved_rate' as part,
    solved_count as numerator,
    solve_asked_count as denominator
from order_sum
union all
select
    'hotline_on_time_rate' as part,
    due_on_time_count as numerator,
    due_count as denominator
from order_sum
union all
select
    'hotline_answer_rate' as part,
    answered_count as numerator,
    call_count as denominator
from answered
union all
select
    'ai_precision' as part,
    confirmed_count as numerator,
    confirmed_count + rejected_count as denominator
from detection_sum
union all
select
    'iot_online_rate' as part,
    online_count as numerator,
    known_count as denominator
from device
union all
select
    'enforcement_on_time_rate' as part,
    on_time_count as numerator,
    due_count as denominator
from enforced
union all
select
    'copy_reply_rate' as part,
    on_time_count as numerator,
    due_count as denominator
from replied
