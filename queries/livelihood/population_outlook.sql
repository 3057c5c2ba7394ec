-- 人口模型：最新一版预测的各年人口，中情景分少儿、劳动年龄、老年三段，另给低、高情景总数
-- grain: one row per year after the end of the period, first year first
-- binds: $area (place code prefix), $until
-- filters: district_code
with newest as (
    select
        *,
        cast(year as varchar) as projected_year,
        max(issued_at) over (partition by place_code) as last_issued_at
    from livelihood.population_projection
    where
        issued_at < $until
        and make_date(year, 12, 31) >= $until
        and starts_with(place_code, $area)
        and $filters
)

select
    projected_year,
    cast(sum(projected_count) filter (where scenario = 'mid' and age < 15) as bigint) as child_count,
    cast(sum(projected_count) filter (where scenario = 'mid' and age >= 15 and age < 60) as bigint) as working_count,
    cast(sum(projected_count) filter (where scenario = 'mid' and age >= 60) as bigint) as elder_count,
    cast(sum(projected_count) filter (where scenario = 'low') as bigint) as low_count,
    cast(sum(projected_count) filter (where scenario = 'mid') as bigint) as mid_count,
    cast(sum(projected_count) filter (where scenario = 'high') as bigint) as high_count
from newest
where issued_at = last_issued_at
group by projected_year
order by projected_year
