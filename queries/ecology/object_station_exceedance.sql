-- 一个空气站最近的 20 次超标：测得多少、限值多少、谁处理、结果
-- grain: one row per exceedance, the newest first
-- binds: $id
select
    started_at,
    pollutant,
    measured_value,
    limit_concentration,
    handling_unit,
    closed_at,
    outcome
from ecology.exceedance
where station_id = $id
order by started_at desc, exceedance_id
limit 20
