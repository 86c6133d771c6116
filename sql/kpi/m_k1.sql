-- about: one row per quarter and customer of the tier cohort
-- id: K1
-- of: K1
-- main: yes
-- name_zh: 客户级别提升率
-- name_en: Tier upgrade rate
-- family: tiers
-- kind: cohort
-- over_time: own
-- unit: share
-- direction: up
-- anchor_zh: 季度首日与末日的批准级别
-- anchor_en: approved tiers on the first and the last day of the quarter
-- min_n: 5
-- periods: quarter
-- adjust: tier
-- needs: customers.customer_id, assignments.manager_id, tier_history.tier
-- formula_zh: 季末批准级别优于季初的客户 ÷ 季初有批准级别（非一级）且整季在网的客户。补批的级别自批准日起算。客户经理本人及其上级线批准的人工调整不算提升。责任人为季末归属人（当季持有满 45 天），否则为持有最久且满 45 天者，否则不计入个人。
-- formula_en: Customers whose approved tier is better on the last day of the quarter / customers with an approved tier (not yet tier 1) on the first day and active all quarter. A tier approved later counts from its approval. Manual overrides approved by the manager or his own line do not count. Accountable is the last day's owner if he held the customer 45 days of the quarter,
--   else the longest holder if he did, else nobody.
-- excluded_zh: 新入、流失或中断、并户拆户、迁出、期初无批准级别、两个级别依据的规则版本不同、期初已是一级。
-- excluded_en: New, lost or interrupted, merged or split, moved out, without an approved opening tier, tiers set under different rule versions, already tier 1.
-- details: opening_tier, closing_tier
-- source: S2《客戶服務分級管理辦法》考核指標：「客戶級別提升率:考核服務人員通過優質服務促使客戶級別提升的比例」
with judged as (
  select *, case when excluded_reason is not null then excluded_reason when opening = 1 then 'top_tier' end as reason from fct_tier_cohorts
)
select customer_id as subject_id, 'customer' as subject_kind, 'quarter' as period_kind, cast(starts_on as timestamp) as event_at,
  starts_on as anchor_on, ends_on as mature_on, starts_on as original_on, customer_id, manager_id, unassigned_reason, team, region,
  opening as tier, cast(null as varchar) as kind, cast(null as varchar) as severity, category,
  case when reason is null then cast(is_improved as bigint) end as num,
  case when reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, reason as excluded_reason,
  opening as opening_tier, closing as closing_tier
from judged
