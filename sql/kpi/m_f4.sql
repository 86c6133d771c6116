-- about: one row per month that has ended and customer active on its last day with a visiting duty; subject_id is the
--   customer, the day is the last of the month
-- id: F4
-- of: F4
-- main: yes
-- name_zh: 超期未访客户数
-- name_en: Overdue customers
-- family: visits
-- kind: stock
-- over_time: last
-- unit: count
-- direction: down
-- anchor_zh: 周期最后一天
-- anchor_en: last day of the period
-- needs: visits.started_at, tier_history.tier, assignments.manager_id
-- formula_zh: 期末在网、有走访要求且间隔超过最长间隔的客户数。间隔：距最近一次有效走访（不含电话，不论由谁走访）的天数；从未走访的，自现任客户经理接手或客户入网（取较晚者）起算。最长间隔为客户自己的频次规则的，没有的按当日级别的。责任人为当日的归属人。
-- formula_en: Customers active and with a visiting duty on the last day whose gap exceeds the longest allowed. The gap is the days since the
--   last valid visit (no calls, by whomever), where there was none since the owner took over or the customer came, the later of the
--   two. The longest gap is that of the customer's own cadence, else of the tier that day. Accountable is the owner that day.
-- excluded_zh: 级别没有走访频次或未配置最长间隔、当日在批准的豁免期内、没有走访记录且已装载的历史短于最长间隔。
-- excluded_en: Tiers without a cadence or a longest gap, days within a waiver, customers without a visit where the loaded history is
--   shorter than the longest gap.
-- details: gap_days, max_gap_days
-- source: S0《首席客户经理服务实施细则》三(一)1：「对于不同级别的重要客户,应保证相应的月度或季度拜访频次」
select g.customer_id as subject_id, 'customer' as subject_kind, 'month' as period_kind, cast(g.last_on as timestamp) as event_at,
  g.last_on as anchor_on, g.last_on as mature_on, g.last_on as original_on, g.customer_id, a.manager_id, a.unassigned_reason,
  a.team, a.region, a.tier, cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when g.excluded_reason is null then cast(case when g.gap_days > g.max_gap_days then 1 else 0 end as bigint) end as num,
  case when g.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, g.excluded_reason,
  g.gap_days, cast(g.max_gap_days as bigint) as max_gap_days
from fct_visit_gaps g
join dim_accounts a on a.account_no = g.account_no
