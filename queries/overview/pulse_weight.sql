-- 城市体征权重：统计期末现行版本的指标、领域、权重、满分值与零分值
-- grain: one row per metric of the edition in force at the end of the period
-- binds: $until
with in_force as (
    select max(valid_from) as valid_from
    from overview.pulse_weight
    where valid_from < $until and (valid_to is null or valid_to >= $until)
)

select
    weight.version,
    weight.theme,
    weight.metric_id,
    weight.weight,
    weight.target_value,
    weight.floor_value,
    weight.measure_unit
from overview.pulse_weight as weight
inner join in_force on weight.valid_from = in_force.valid_from
where weight.valid_to is null or weight.valid_to >= $until
order by weight.theme, weight.metric_id
