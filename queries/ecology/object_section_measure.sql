-- 一个水质断面截止前最近 12 次监测
-- grain: one row per measurement, the newest first
-- binds: $id, $until
select
    observed_at,
    published_class,
    codmn,
    nh3n,
    tp,
    tn
from ecology.water_measure
where section_id = $id and observed_at < $until
order by observed_at desc
limit 12
