-- 占用超过容量：显示占用率的表里，占用数大于登记或开放的容量
-- grain: one row per source table with any such row
-- binds: none
with beyond as (
    select
        'traffic.parking_status' as source_table,
        'traffic.parking_lot' as other_table,
        status.observed_at,
        status.lot_id || '：占用 ' || status.occupied_count || ' 个，登记 ' || lot.space_count || ' 个' as example,
        status.occupied_count - lot.space_count as excess
    from traffic.parking_status as status
    inner join traffic.parking_lot as lot on status.lot_id = lot.lot_id
    where status.occupied_count > lot.space_count
    union all
    select
        'livelihood.health_daily' as source_table,
        'livelihood.health_facility' as other_table,
        cast(day_date as timestamp) as observed_at,
        facility_id || '：在院 ' || inpatient_count || ' 人，开放 ' || open_bed_count || ' 张' as example,
        inpatient_count - open_bed_count as excess
    from livelihood.health_daily
    where inpatient_count > open_bed_count
    union all
    select
        'safety.shelter' as source_table,
        cast(null as varchar) as other_table,
        cast(data_date as timestamp) as observed_at,
        shelter_id || '：在用 ' || sheltered_count || ' 人，容量 ' || capacity_person_count || ' 人' as example,
        sheltered_count - capacity_person_count as excess
    from safety.shelter
    where sheltered_count > capacity_person_count
)

select
    source_table,
    other_table,
    count(*) as finding_count,
    min(observed_at) as first_at,
    max(observed_at) as last_at,
    max_by(example, excess) as example
from beyond
group by source_table, other_table
