-- 在园人数两种来源不同：同一景区同一小时，闸机与视频计数相差超过百分之五
-- grain: one row where any hour differs
-- binds: none
with paired as (
    select
        gate.spot_id,
        gate.observed_at,
        gate.visitors_on_site as gate_count,
        video.visitors_on_site as video_count
    from tourism.scenic_flow as gate
    inner join tourism.scenic_flow as video
        on gate.spot_id = video.spot_id and gate.observed_at = video.observed_at
    where
        gate.flow_source = 'gate'
        and video.flow_source = 'camera'
        and abs(gate.visitors_on_site - video.visitors_on_site) > 0.05 * gate.visitors_on_site
        and gate.visitors_on_site >= 100
        and gate.data_flag = 'N'
        and video.data_flag = 'N'
)

select
    'tourism.scenic_flow' as source_table,
    cast(null as varchar) as other_table,
    count(*) as finding_count,
    min(observed_at) as first_at,
    max(observed_at) as last_at,
    max_by(
        spot_id || ' ' || strftime(observed_at, '%Y-%m-%d %H:%M') || '：闸机 ' || gate_count || '，视频 ' || video_count,
        abs(gate_count - video_count)
    ) as example
from paired
having count(*) > 0
