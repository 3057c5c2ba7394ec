-- 三级对标：每项指标最近一年的国家、长三角、安徽省实际值与建设要求；没有的为空
-- grain: one row per metric code and kind of value
-- binds: $until
with newest as (
    select
        *,
        row_number() over (partition by metric_id, benchmark_level, benchmark_kind order by year desc) as back
    from livelihood.benchmark
    where data_date < $until
)

select
    metric_id,
    benchmark_kind,
    max(value) filter (where benchmark_level = 'national') as national,
    max(value) filter (where benchmark_level = 'yangtze_delta') as yangtze_delta,
    max(value) filter (where benchmark_level = 'province') as province,
    max(year) as newest_year,
    max(source) filter (where benchmark_level = 'national') as national_source
from newest
where back = 1
group by metric_id, benchmark_kind
order by metric_id, benchmark_kind
