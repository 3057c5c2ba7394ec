-- 在警经济预警：截至统计期末未解除的中小微企业、工业经济与宏观预警，附处置单位
-- grain: one row per economy warning in force
-- binds: $area (place code prefix), $until
-- filters: district_code, enterprise_size, handling_unit, industry_code, warning_level, kind
select
    alert_id,
    kind,
    warning_level,
    title,
    place_code,
    indicator_id,
    industry_code,
    enterprise_size,
    raised_at,
    handling_unit,
    status
from overview.economy_warning
where
    raised_at < $until
    and (cleared_at is null or cleared_at >= $until)
    and starts_with(place_code, $area)
    and $filters
order by warning_level, raised_at, alert_id
