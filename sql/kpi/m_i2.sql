-- about: one row per period (month, quarter, half year, year) that has ended and invoice overdue when it began; subject_id is the
--   bill
-- id: I2
-- of: I2
-- main: yes
-- name_zh: 陈欠回收率
-- name_en: Arrears recovery
-- family: receivables
-- kind: sums
-- over_time: own
-- unit: share
-- direction: up
-- anchor_zh: 期初已逾期的账单
-- anchor_en: invoices overdue when the period begins
-- periods: month, quarter, half, year
-- min_n: 5
-- needs: bills.due_on, bills.amount_fen, payments.paid_on
-- formula_zh: Σ 当期收回的期初陈欠 ÷ Σ 期初逾期余额。每张账单收回不超过期初余额；当期冲正的从当期扣除，核销之后的收款不算。责任人为期初的归属人，接手保护期内为原客户经理。
-- formula_en: Sum of the cash of the period on invoices overdue when it began / sum of what was overdue then. Of each invoice no more than
--   was open counts; what is reversed in the period is taken off, cash after a write-off is none. Accountable is the
--   owner on the first day, within the protection after a hand-over the previous one.
-- excluded_zh: 项目类应收；期初仍在登记争议中的账单。
-- excluded_en: Project receivables; bills in a registered dispute when the period began.
-- parts: fen
-- details: due_on, opening_fen, recovered_fen
-- source: S4《客户经理工作手册》日常工作任务：「信用管理和欠费催缴」
select bill_id as subject_id, 'bill' as subject_kind, period_kind, cast(starts_on as timestamp) as event_at,
  starts_on as anchor_on, ends_on as mature_on, starts_on as original_on, customer_id, manager_id, unassigned_reason, team,
  region, tier, cast(null as varchar) as kind, cast(null as varchar) as severity,
  cast(null as varchar) as category,
  case when excluded_reason is null then recovered_fen end as num,
  case when excluded_reason is null then opening_fen end as den,
  cast(null as bigint) as value, excluded_reason, due_on, opening_fen, recovered_fen
from fct_arrears
