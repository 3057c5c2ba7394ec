-- 环境信息公开：统计期内应公开的，与期末逾期未公开、三十天内到期的事项
-- grain: one row per item and due day, the overdue first
-- binds: $area (place code prefix), $since, $until
-- filters: district_code, environment_element
select
    name,
    environment_element,
    period_kind,
    place_code,
    due_date,
    published_date,
    is_open_data,
    is_machine_readable,
    owner_unit,
    status as disclosure_status
from ecology.disclosure
where
    starts_with(place_code, $area)
    and $filters
    and status <> 'not_public'
    and (
        (due_date >= $since and due_date < $until)
        or (published_date is null and due_date < $until + interval 30 day)
    )
order by published_date is not null, due_date, disclosure_id
