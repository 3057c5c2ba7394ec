-- 凭什么扣分（问题17）：一个单位最近一个已考核月的逐条扣分，写明条目和案件
-- grain: one row per deduction, dearest first
-- binds: $unit (assessed unit), $until
with month_of as (
    select max(month_date) as month_date
    from urban.assessment_score
    where month_date + interval 1 month <= $until
)

select
    d.deduction_id,
    d.month_date,
    d.rule_id,
    rule.name as rule_name,
    rule.clause_text,
    d.deducted_points,
    d.case_id,
    d.reason,
    d.decided_at,
    d.status as assessment_deduction_status
from urban.assessment_deduction as d
inner join month_of on d.month_date = month_of.month_date
left join urban.assessment_rule as rule on d.rule_edition = rule.rule_edition and d.rule_id = rule.rule_id
where d.assessed_unit = $unit and coalesce(d.status, 'confirmed') <> 'revoked'
order by d.deducted_points desc, d.rule_id, d.deduction_id
