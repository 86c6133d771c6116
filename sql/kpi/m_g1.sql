-- about: one row per cohort member and stretch of constant owner, per month, quarter, half year and year
-- id: G1
-- of: G1
-- main: yes
-- name_zh: 客户保有率
-- name_en: Customer retention
-- family: retention
-- kind: cohort
-- weights: days
-- over_time: own
-- unit: share
-- direction: up
-- anchor_zh: 期初拍照名单
-- anchor_en: list frozen at the start of the period
-- min_n: 5
-- periods: month, quarter, half, year
-- adjust: tier
-- needs: customers.customer_id, assignments.manager_id, services.started_on
-- formula_zh: 期末仍在网的期初客户 ÷ 期初在网且有归属的客户；按归属天数分摊到客户经理。在网：至少一项业务未终止，且未连续 3 个账期无经常性收入。并户后以存续客户是否在网为准。接手 30 天内的流失归原客户经理；流失后无人归属的天数归流失当日的客户经理。
-- formula_en: Members still active when the period ends / customers active and assigned when it began, split between
--   managers by owner-days. Active: at least one service runs and not three account months in a row without recurring
--   revenue. A merged customer is retained when its survivor is active. A loss within 30 days of a hand-over stays with
--   the previous manager; days after a loss that nobody owns are those of the manager on the day of the loss.
-- excluded_zh: 迁出、拆分产生的客户、期初无归属的客户。
-- excluded_en: Moved to another branch, created by a split, without an owner at the start.
-- parts: days
-- source: S0《首席客户经理服务实施细则》四(三)：「考核指标应包括客户满意度、客户保有率、业务发展量、服务质量等多个维度」
with member as (
  select customer_id, period_kind, starts_on, ends_on, account_no,
    case when excluded_reason is null then cast(is_retained * days as bigint) end as num,
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
  cast(is_retained * days as bigint), cast(days as bigint), cast(null as bigint), cast(null as varchar)
from fct_cohort_shares
