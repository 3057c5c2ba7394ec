-- 另行扣分：统计月里按考核条目另行认定的扣分（到岗、台账、抽查等），申诉撤销的不计
-- grain: one row per deduction, by unit, dearest first
-- binds: $since, $until
select
    d.assessed_unit,
    d.deduction_id,
    d.rule_id,
    coalesce(rule.name, d.rule_id) as rule_name,
    d.deducted_points,
    d.case_id,
    d.reason
from urban.assessment_deduction as d
left join urban.assessment_rule as rule on d.rule_edition = rule.rule_edition and d.rule_id = rule.rule_id
where
    d.month_date >= $since and d.month_date < $until
    and coalesce(d.status, 'confirmed') <> 'revoked'
    and d.case_id is null
order by d.assessed_unit, d.deducted_points desc, d.deduction_id
