-- about: one row per period (month, quarter, half year, year) that has ended, customer who on its first day was active and
--   under a visiting cadence, and owner in the period; subject_id is the customer
-- id: F8
-- of: F8
-- main: yes
-- name_zh: 拜访计划覆盖率
-- name_en: Customers with an approved visiting plan
-- family: visits
-- kind: cohort
-- weights: days
-- over_time: own
-- unit: share
-- direction: up
-- anchor_zh: 期初名单
-- anchor_en: list at the start of the period
-- min_n: 10
-- periods: month, quarter, half, year
-- needs: duties.plan_approved_by, tier_history.tier, assignments.manager_id
-- formula_zh: 期初已有经批准的个性化拜访计划的客户 ÷ 期初在网且有走访要求的客户。计划须与期初所在的走访窗口重叠，且不晚于期初制定。责任人按周期内负责该客户的天数分摊；客户不在网的天数归其前最近在网之日的责任人，入网之前的归入网时的。
-- formula_en: Customers with an approved personal visiting plan / customers active and with a visiting duty on the first day. The
--   plan overlaps the visiting window that holds the first day, and was made by then.
--   Split between managers by the days of the period for which they answered for the customer; days on which it was not active
--   are those of the last active day before, days before it came those of the first.
-- excluded_zh: 级别没有走访频次；期初在批准的豁免期内。
-- excluded_en: Tiers without a cadence; first days within a waiver.
-- parts: days
-- source: S0《首席客户经理服务实施细则》三(一)1：「首席客户经理应根据客户重要程度及实际需求,制定个性化的定期拜访计划」
select v.customer_id as subject_id, 'customer' as subject_kind, period_kind, cast(starts_on as timestamp) as event_at,
  starts_on as anchor_on, ends_on as mature_on, starts_on as original_on, v.customer_id, o.manager_id, o.unassigned_reason,
  o.team, o.region, o.tier, cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when excluded_reason is null then cast(is_planned * days as bigint) end as num,
  case when excluded_reason is null then days end as den,
  cast(null as bigint) as value, excluded_reason
from fct_visit_plans v
join dim_owners o on o.owner_no = v.owner_no
