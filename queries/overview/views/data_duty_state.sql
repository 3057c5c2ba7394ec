-- 数据共享责任：各版责任清单逐项的认领与提供，全市一地
-- grain: one row per duty and edition of the list
-- binds: none
select
    '3410' as place_code,
    duty_id,
    list_version,
    owner_unit,
    is_claimed,
    is_provided,
    updated_date
from overview.data_duty
