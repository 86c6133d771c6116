-- about: one row per step of dunning that an overdue invoice owed; subject_id is the bill, '/' and the step
-- id: I5
-- of: I5
-- main: yes
-- name_zh: 催缴执行率
-- name_en: Dunning steps on time
-- family: receivables
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 催缴步骤的应催日
-- anchor_en: day of the step
-- min_n: 5
-- needs: dunning.done_on, bills.due_on, payments.paid_on
-- formula_zh: 应催日当天或之前已催缴的步骤 ÷ 逾期账单当期应执行的催缴步骤。应催日为到期日（有约定的为约定到期日）之后规定的天数，前一日终仍有欠款的才应催。责任人为应催日与催缴日中较早一天的归属人。
-- formula_en: Steps done by their day / steps that overdue invoices owed in the period. The day of a step is the set number of days after the
--   invoice fell due, the agreed day where there is one; it is owed where something was still open at the end of the day
--   before. Accountable is the owner on that day or on the day it was done, the earlier of the
--   two.
-- excluded_zh: 项目类应收；应催日仍在登记争议中的账单；未配置天数的步骤。应催日之前已缴清的账单不产生步骤。
-- excluded_en: Project receivables; bills in a registered dispute on the day; steps without a configured number of days. An invoice paid
--   before the day owes no step.
-- deadline: due_on, done_on, settled_on
-- details: due_on, done_on, settled_on
-- source: S4《客户经理工作手册》日常工作任务：「信用管理和欠费催缴」
select d.bill_id || '/' || cast(d.step as varchar) as subject_id, 'step' as subject_kind, cast(null as varchar) as period_kind,
  cast(d.step_on as timestamp) as event_at, d.step_on as anchor_on, d.step_on as mature_on, d.step_on as original_on,
  d.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, cast(null as varchar) as kind, cast(null as varchar) as severity,
  cast(null as varchar) as category,
  case when d.excluded_reason is null then cast(case when d.is_met then 1 else 0 end as bigint) end as num,
  case when d.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, d.excluded_reason, d.step_on as due_on, d.done_on,
  case when d.settled_on <= r.as_of_on then d.settled_on end as settled_on
from fct_dunning_steps d
join dim_accounts a on a.account_no = d.account_no
cross join run_info r
where d.step_on < r.as_of_on
