-- 六个子系统逐日：亮灯、清扫、积水超警戒、部件案件、执法立案，供各版块画趋势
-- grain: one row per sub-system and day; numerator alone where the number is a count
-- binds: $area (place code prefix), $since, $until
select
    'appearance' as subsystem,
    day_date,
    cast(sum(filed_count) as double) as numerator,
    cast(null as double) as denominator
from urban.case_daily
where day_date >= $since and day_date < $until and starts_with(place_code, $area)
group by day_date
union all
select
    'light' as subsystem,
    day_date,
    cast(sum(lit_count) as double) as numerator,
    cast(sum(due_lit_count) as double) as denominator
from urban.street_light_daily
where day_date >= $since and day_date < $until and starts_with(place_code, $area)
group by day_date
union all
select
    'sanitation' as subsystem,
    day_date,
    sum(swept_km) as numerator,
    sum(planned_sweep_km) as denominator
from urban.sanitation_daily
where day_date >= $since and day_date < $until and starts_with(place_code, $area)
group by day_date
union all
select
    'drainage' as subsystem,
    day_date,
    cast(sum(alarm_count) as double) as numerator,
    cast(null as double) as denominator
from urban.flood_point_daily
where day_date >= $since and day_date < $until and starts_with(place_code, $area)
group by day_date
union all
select
    'enforcement' as subsystem,
    cast(filed_at as date) as day_date,
    cast(count(*) as double) as numerator,
    cast(null as double) as denominator
from urban.enforcement_case
where filed_at >= $since and filed_at < $until and starts_with(place_code, $area)
group by cast(filed_at as date)
order by subsystem, day_date
