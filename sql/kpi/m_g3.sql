-- about: one row per cohort member with recurring revenue and stretch of constant owner, per month, quarter, half year and year
-- id: G3
-- of: G3
-- main: yes
-- name_zh: 净收入保有率
-- name_en: Net revenue retention (NRR)
-- family: retention
-- kind: sums
-- over_time: own
-- unit: share
-- direction: up
-- anchor_zh: 期初拍照名单
-- anchor_en: list frozen at the start of the period
-- min_n: 5
-- periods: month, quarter, half, year
-- needs: customers.customer_id, assignments.manager_id, services.started_on, bills.amount_fen
-- formula_zh: 名单客户 Σ 期末收入（负数按 0）÷ Σ 基期收入，可超过 100%。基期：期初前 3 个完整账期（年度为上一年全年），期末取同样长度；金额为各账期合计（分）乘以归属天数。贷记冲减所更正账单的账期。
-- formula_en: Over the cohort: sum of now (not below 0) / sum of base recurring revenue; may exceed 100 %. Base: the 3 full account months before the period (for a year the whole year
--   before), "now" as many at its end; sums of these months in fen times owner-days. Credit notes reduce the month of
--   the bill they correct.
-- excluded_zh: 与 G1 相同；另排除一次性与项目类账单、基期收入不为正的客户、基期早于首个账期的期间；并户客户与存续客户合为一行。
-- excluded_en: As for G1; also one-off and project bills, customers whose base is not above zero, and periods whose base
--   begins before the first loaded month; a merged customer is one row with its survivor.
-- parts: fen_days
-- details: base_fen, now_fen, owned_days
-- source: 本系统建议
select customer_id as subject_id, 'customer' as subject_kind, period_kind, cast(starts_on as timestamp) as event_at,
  starts_on as anchor_on, ends_on as mature_on, starts_on as original_on, customer_id, manager_id, unassigned_reason,
  team, region, tier, cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when reason is null then cast(now_fen * days as bigint) end as num,
  case when reason is null then cast(base_fen * days as bigint) end as den,
  cast(null as bigint) as value, reason as excluded_reason,
  cast(base_fen as bigint) as base_fen, cast(now_fen as bigint) as now_fen, cast(days as bigint) as owned_days
from fct_cohort_revenue
