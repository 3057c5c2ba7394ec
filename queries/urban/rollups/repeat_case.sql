-- 反复案件：同点同类（0.0005 度方格、同一小类）曾在 90 天内立案三次及以上的全部案件
-- grain: one row per filed case of such a place and kind
-- binds: none
with placed as (
    select
        c.case_id,
        c.place_code,
        c.unit_grid_code,
        c.filed_at,
        c.closed_at,
        c.lon,
        c.lat,
        c.address,
        c.handling_unit,
        c.channel,
        c.photo_before_ref,
        c.photo_after_ref,
        cast(floor(c.lon * 2000) as integer) as square_x,
        cast(floor(c.lat * 2000) as integer) as square_y,
        -- 换版前后是同一类：旧代码先换成新代码
        c.matter_kind || ':' || coalesce(kind.successor_code, c.type_code) as kind_key,
        coalesce(kind.minor_name, c.matter_name, c.type_code) as kind_name,
        coalesce(kind.major_name, c.type_code) as category_name
    from urban."case" as c
    left join urban.matter_type as kind
        on
            c.standard_ref = kind.standard_ref
            and c.matter_kind = kind.matter_kind
            and c.type_code = kind.type_code
    where
        c.filed_at is not null and c.lon is not null and c.lat is not null and c.type_code is not null
        and c.status <> 'cancelled'
),

-- 只带着要比的列排序，宽行最后再取
spaced as (
    select
        square_x,
        square_y,
        kind_key,
        filed_at,
        lag(filed_at, 2) over (partition by square_x, square_y, kind_key order by filed_at, case_id) as third_last_at
    from placed
),

repeated as (
    select distinct
        square_x,
        square_y,
        kind_key
    from spaced
    where filed_at < third_last_at + interval 90 day
)

select
    placed.case_id,
    placed.place_code,
    placed.unit_grid_code,
    placed.filed_at,
    placed.closed_at,
    placed.lon,
    placed.lat,
    placed.address,
    placed.handling_unit,
    placed.channel,
    placed.photo_before_ref,
    placed.photo_after_ref,
    placed.square_x,
    placed.square_y,
    placed.kind_key,
    placed.kind_name,
    placed.category_name
from placed
inner join repeated
    on
        placed.square_x = repeated.square_x
        and placed.square_y = repeated.square_y
        and placed.kind_key is not distinct from repeated.kind_key
order by placed.filed_at, placed.case_id
