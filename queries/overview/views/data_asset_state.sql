-- 数据资产状态：目录更新日日终，最近数据时间（登记类表没有数据时间，取入库时间）距今是否在应更新时限之内
-- grain: one row per resource of the catalogue
-- binds: none
select
    '3410' as place_code,
    resource_code,
    name,
    table_name,
    theme,
    owner_unit,
    is_catalogued,
    is_mounted,
    sla_min,
    updated_date,
    coalesce(last_data_at, loaded_at) as fresh_at,
    case
        when table_name is null or sla_min is null then null
        else coalesce(
            coalesce(last_data_at, loaded_at) + sla_min * interval 1 minute
            >= updated_date + interval 1 day, false
        )
    end as is_on_time
from overview.data_asset
