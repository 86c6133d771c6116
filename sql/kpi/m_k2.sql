-- about: one row per quarter and customer of the tier cohort
-- id: K2
-- of: K2
-- main: yes
-- name_zh: 净级别变动率
-- name_en: Net tier movement
-- family: tiers
-- kind: mean
-- over_time: own
-- unit: share
-- direction: up
-- matrix: category
-- anchor_zh: 季度首日与末日的批准级别
-- anchor_en: approved tiers on the first and the last day of the quarter
-- min_n: 5
-- periods: quarter
-- needs: customers.customer_id, assignments.manager_id, tier_history.tier
-- formula_zh: （升级客户 − 降级客户）÷ 季初有批准级别且整季在网的客户。类别“期初>期末”构成迁移矩阵，流失 lost 与新入 new 列在排除行中。责任人为季末归属人（当季持有满 45 天），否则为持有最久且满 45 天者，否则不计入个人。
-- formula_en: (Customers moved up - customers moved down) / customers with an approved tier on the first day and active all quarter. The category opening>closing makes the matrix; lost and new are among the excluded rows. Accountable is the last day's owner if he held the customer 45 days of the quarter,
--   else the longest holder if he did, else nobody.
-- excluded_zh: 新入、流失或中断、并户拆户、迁出、期初无批准级别、两个级别依据的规则版本不同。
-- excluded_en: New, lost or interrupted, merged or split, moved out, without an approved opening tier, tiers set under different rule versions.
-- details: opening_tier, closing_tier
-- source: 本系统建议
with judged as (
  select *, excluded_reason as reason from fct_tier_cohorts
)
select customer_id as subject_id, 'customer' as subject_kind, 'quarter' as period_kind, cast(starts_on as timestamp) as event_at,
  starts_on as anchor_on, ends_on as mature_on, starts_on as original_on, customer_id, manager_id, unassigned_reason, team, region,
  opening as tier, cast(null as varchar) as kind, cast(null as varchar) as severity, category,
  case when reason is null then cast(is_improved - is_worse as bigint) end as num,
  case when reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, reason as excluded_reason,
  opening as opening_tier, closing as closing_tier
from judged
