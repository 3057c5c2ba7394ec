-- 试点登记：到统计期末已开始的各类试点有多少，已验收、试运行、在建各几个，过了计划日还没验收的几个
-- grain: one row per kind of pilot
-- binds: $area (place code prefix), $until
-- filters: district_code
select
    kind as pilot_kind,
    count(*) as pilot_count,
    count(*) filter (where status = 'accepted') as accepted_count,
    count(*) filter (where status = 'running') as running_count,
    count(*) filter (where status = 'building') as building_count,
    count(*) filter (where status = 'stopped') as stopped_count,
    count(*) filter (
        where status not in ('accepted', 'stopped') and planned_date < $until
    ) as overdue_count
from community.pilot
where
    (started_date is null or started_date < $until)
    and starts_with(place_code, $area)
    and $filters
group by kind
order by pilot_count desc, kind
