-- 模型登记：模型、版本、责任单位、所用场景与最近一次回测
-- grain: one row per model and version
-- binds: none
-- filters: owner_unit, theme
select
    model_id,
    model_version,
    name,
    kind,
    theme,
    algorithm,
    owner_unit,
    status,
    backtest_date,
    backtest_metric,
    backtest_error,
    sample_count
from overview.model
where $filters
order by model_id, model_version
