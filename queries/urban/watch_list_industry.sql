-- 重点监管名单：截止时仍在名单上的对象数，按类别和行业；少于 5 个的只给小计，不给个数
-- grain: one row per kind of list and industry
-- binds: $area (place code prefix, down to the district), $until
with listed as (
    select
        kind,
        industry_code,
        count(*) as subject_count
    from urban.watch_list
    where
        listed_date < $until and (removed_date is null or removed_date >= $until)
        and starts_with(place_code, $area)
    group by kind, industry_code
)

select
    kind as watch_list_kind,
    industry_code,
    case when subject_count >= 5 then subject_count end as subject_count
from listed
order by kind, subject_count desc nulls last, industry_code
