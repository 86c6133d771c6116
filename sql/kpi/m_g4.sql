-- about: one row per cohort member and stretch of constant owner, per month, quarter, half year and year; subject_id is the customer
-- id: G4
-- of: G4
-- main: yes
-- name_zh: 客户流失率
-- name_en: Customer churn
-- family: retention
-- kind: cohort
-- weights: days
-- over_time: own
-- unit: share
-- direction: down
-- anchor_zh: 期初拍照名单（流失按认定期计）
-- anchor_en: list frozen at the start of the period; a loss counts when it is recognised
-- min_n: 5
-- periods: month, quarter, half, year
-- adjust: tier
-- needs: customers.customer_id, assignments.manager_id, services.started_on, bills.amount_fen
-- formula_zh: 期末不再在网的期初客户 ÷ 期初在网且有归属的客户（与 G1 互补）；按归属天数分摊到客户经理。流失：全部业务终止，或连续 3 个账期无经常性收入，后者在第三个账期结束时认定，已封账的月份因此不变。接手 30 天内的流失归原客户经理。
-- formula_en: Members not active any more when the period ends / customers active and assigned when it began (the complement of
--   G1), split between managers by owner-days. Lost: all services ended, or three account months in a row without
--   recurring revenue, recognised when the third closes, so that closed months stand. A loss within 30 days of a
--   hand-over stays with the previous manager.
-- excluded_zh: 与 G1 相同：迁出、拆分产生的客户、期初无归属的客户。
-- excluded_en: As for G1: moved to another branch, created by a split, without an owner at the start.
-- parts: days
-- source: S0《首席客户经理服务实施细则》四(三)：「考核指标应包括客户满意度、客户保有率、业务发展量、服务质量等多个维度」
with member as (
  select customer_id, period_kind, starts_on, ends_on, account_no,
    case when excluded_reason is null then cast((1 - is_retained) * days as bigint) end as num,
    case when excluded_reason is null then cast(days as bigint) end as den,
    excluded_reason
  from fct_cohort_members
  where excluded_reason is not null or not is_shared
)
select m.customer_id as subject_id, 'customer' as subject_kind, m.period_kind, cast(m.starts_on as timestamp) as event_at,
  m.starts_on as anchor_on, m.ends_on as mature_on, m.starts_on as original_on, m.customer_id, a.manager_id, a.unassigned_reason,
  a.team, a.region, a.tier, cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  m.num, m.den, cast(null as bigint) as value, m.excluded_reason
from member m
join dim_accounts a on a.account_no = m.account_no
union all
select customer_id, 'customer', period_kind, cast(starts_on as timestamp),
  starts_on, ends_on, starts_on, customer_id, manager_id, unassigned_reason,
  team, region, tier, cast(null as varchar), cast(null as varchar), cast(null as varchar),
  cast((1 - is_retained) * days as bigint), cast(days as bigint), cast(null as bigint), cast(null as varchar)
from fct_cohort_shares
