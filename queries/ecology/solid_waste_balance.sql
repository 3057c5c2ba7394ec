-- 固体废物去向：统计期末以前最近一个整月各类的产生、利用、处置、贮存与转移
-- grain: one row per kind of waste
-- binds: $area (place code prefix), $until
-- filters: district_code
select
    waste_kind,
    month_date,
    sum(generated_ton) as generated_ton,
    sum(utilised_ton) as utilised_ton,
    sum(disposed_ton) as disposed_ton,
    sum(stored_ton) as stored_ton,
    sum(transferred_ton) as transferred_ton
from ecology.solid_waste_monthly
where
    month_date = (
        select max(latest.month_date)
        from ecology.solid_waste_monthly as latest
        where latest.month_date + interval 1 month <= $until
    )
    and starts_with(place_code, $area)
    and $filters
group by waste_kind, month_date
order by generated_ton desc, waste_kind
