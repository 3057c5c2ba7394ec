-- 生态补偿年度结果：考核公布的 P 值与补偿资金；没有公布的为空，不用测算值代替
-- grain: one row per section and year, newest first
-- binds: $area (place code prefix), $until
select
    section.name,
    result.year,
    result.round_name,
    result.published_p,
    result.compensation_wan,
    result.is_compliant,
    result.source
from ecology.compensation_yearly as result
inner join ecology.water_section as section on result.section_id = section.section_id
where
    starts_with(result.place_code, $area)
    and result.data_date < $until
order by result.year desc, section.name
