-- about: one row per period (month, quarter, half year, year) that has ended, customer of whom a visiting window ended in
--   it, and owner in it; subject_id is the customer
-- id: F2
-- of: F2
-- main: yes
-- name_zh: 走访覆盖率
-- name_en: Visit coverage
-- family: visits
-- kind: cohort
-- weights: days
-- over_time: own
-- unit: share
-- direction: up
-- anchor_zh: 走访窗口在当期结束
-- anchor_en: visiting windows that end in the period
-- min_n: 10
-- periods: month, quarter, half, year
-- needs: visits.started_at, tier_history.tier, assignments.manager_id
-- formula_zh: 窗口内至少有一次有效走访的客户 ÷ 有走访要求的客户。每个客户在一个周期只算一次：有窗口在当期结束的即计入，其中任一窗口有有效走访即为覆盖。有效走访与 F1 相同（间隔不足的、非归属人员走访的也算）。责任人按周期内负责该客户的天数分摊；客户不在网的天数归其前最近在网之日的责任人，入网之前的归入网时的。
-- formula_en: Customers with at least one valid visit in the window / customers with a visiting duty. A customer counts once in a
--   period: when a window of it ended then, and as covered when any of these windows has a valid visit. Valid as in F1
--   (a visit soon after another, and one by somebody not assigned to the customer, count here). Split between managers by the days of the period for which they answered for the customer; days on which it was not active
--   are those of the last active day before, days before it came those of the first.
-- excluded_zh: 所有窗口都不计入的客户：经批准豁免、在网不足半个窗口、级别未配置走访频次。
-- excluded_en: Customers of whom no window counts: waived with an approver, active for less than half of it, tier without a cadence.
-- parts: days
-- source: S1《集团客户服务规范管理手册》第三节：「明确走访目的」
select v.customer_id as subject_id, 'customer' as subject_kind, period_kind, cast(period_from as timestamp) as event_at,
  period_from as anchor_on, period_to as mature_on, period_from as original_on, v.customer_id, o.manager_id, o.unassigned_reason,
  o.team, o.region, o.tier, cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when excluded_reason is null then cast(is_covered * days as bigint) end as num,
  case when excluded_reason is null then days end as den,
  cast(null as bigint) as value, excluded_reason
from fct_visit_coverage v
join dim_owners o on o.owner_no = v.owner_no
