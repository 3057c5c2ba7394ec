-- 重点物品追溯：最近一个已结束且有报送的月份，七类物品的企业追溯覆盖、抽检不合格、召回、问题整改
-- grain: one row per kind of goods
-- binds: $area (place code prefix), $until
-- filters: district_code, goods_kind
select
    goods_kind,
    sum(enterprise_count)::bigint as enterprise_count,
    1.0 * sum(traceable_enterprise_count) / nullif(sum(enterprise_count), 0) as traceable_rate,
    1.0 * sum(unqualified_batch_count) / nullif(sum(sampled_batch_count), 0) as unqualified_rate,
    sum(recalled_batch_count)::bigint as recalled_batch_count,
    1.0 * sum(rectified_count) / nullif(sum(problem_count), 0) as rectified_rate,
    sum(incident_count)::bigint as incident_count
from safety.key_goods_monthly
where
    month_date = (
        select max(newest.month_date)
        from safety.key_goods_monthly as newest
        where newest.month_date <= $until - interval 1 month
    )
    and starts_with(place_code, $area)
    and $filters
group by goods_kind
order by traceable_rate nulls last, goods_kind
