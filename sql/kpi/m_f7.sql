-- about: one row per period (month, quarter, half year, year) that has ended, customer of whom a visiting window ended in
--   it, and owner in it; subject_id is the customer
-- id: F7
-- of: F7
-- main: yes
-- name_zh: 关键人触达率
-- name_en: Key people reached
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
-- needs: visits.contact_role, tier_history.tier, assignments.manager_id
-- formula_zh: 同一窗口内关键决策人和使用部门都被有效走访到的客户 ÷ 有走访要求的客户。口径与 F2 相同：每个客户在一个周期只算一次，按负责天数分摊到责任人。
-- formula_en: Customers whose deciding person and using department were both met by valid visits in one window / customers with
--   a visiting duty. Counted as in F2: a customer once in a period, split between managers by the days for which they
--   answered for it.
-- excluded_zh: 与 F2 相同。
-- excluded_en: As for F2.
-- parts: days
-- source: S0《首席客户经理服务实施细则》三(一)2：「确保与客户关键决策人及使用部门保持密切联系」
select v.customer_id as subject_id, 'customer' as subject_kind, period_kind, cast(period_from as timestamp) as event_at,
  period_from as anchor_on, period_to as mature_on, period_from as original_on, v.customer_id, o.manager_id, o.unassigned_reason,
  o.team, o.region, o.tier, cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when excluded_reason is null then cast(met_both * days as bigint) end as num,
  case when excluded_reason is null then days end as den,
  cast(null as bigint) as value, excluded_reason
from fct_visit_coverage v
join dim_owners o on o.owner_no = v.owner_no
