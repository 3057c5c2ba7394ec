-- 扣分扣在哪几条（问题17）：一个单位最近一个已考核月各条目的扣分次数和分值合计
-- grain: one row per rule, dearest first
-- binds: $unit (assessed unit), $until
with month_of as (
    select max(month_date) as month_date
    from urban.assessment_score
    where month_date + interval 1 month <= $until
)

select
    coalesce(rule.name, d.reason, d.rule_id) as rule_name,
    count(*) as item_count,
    sum(d.deducted_points) as deducted_points
from urban.assessment_deduction as d
inner join month_of on d.month_date = month_of.month_date
left join urban.assessment_rule as rule on d.rule_edition = rule.rule_edition and d.rule_id = rule.rule_id
where d.assessed_unit = $unit and coalesce(d.status, 'confirmed') <> 'revoked'
group by coalesce(rule.name, d.reason, d.rule_id)
order by deducted_points desc, rule_name
