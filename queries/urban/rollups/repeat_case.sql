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

spaced as (
    select
        *,
        lag(filed_at, 2) over (partition by square_x, square_y, kind_key order by filed_at, case_id) as third_last_at
    from placed
),

judged as (
    select
        *,
        max(case when filed_at < third_last_at + interval 90 day then 1 else 0 end)
            over (partition by square_x, square_y, kind_key) as has_repeated
    from spaced
)

select
    case_id,
    place_code,
    unit_grid_code,
    filed_at,
    closed_at,
    lon,
    lat,
    address,
    handling_unit,
    channel,
    photo_before_ref,
    photo_after_ref,
    square_x,
    square_y,
    kind_key,
    kind_name,
    category_name
from judged
where has_repeated = 1
order by filed_at, case_id
