-- about: one row per invoice whose days of grace have passed; subject_id is the bill
-- id: I1
-- of: I1
-- main: yes
-- name_zh: 当期回收率
-- name_en: Current collection
-- family: receivables
-- kind: sums
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 到期日（有约定的为约定到期日）
-- anchor_en: day on which the invoice falls due, the agreed one where there is one
-- maturity_days: 9
-- min_n: 5
-- needs: bills.due_on, bills.amount_fen, payments.paid_on
-- formula_zh: Σ 宽限期内到账的金额 ÷ Σ 当期到期的应收金额。应收扣除到期日当天或之前的贷记与调账，到账不超过应收；在到期月成熟（可封账的工作日与日历天数中较晚的一天）之前被冲正的缴费不算，核销不算。责任人为到期日的归属人；接手保护期内到期而未收齐的归原客户经理。
-- formula_en: Sum of the cash applied within the days of grace / sum of the amounts due in the period. Due is less the corrections dated
--   by the due day, cash counts up to what is due; a payment reversed before the month of the due day matured (by the later of
--   the working day and the days after which a month may be closed) is none, nor is a write-off. Accountable is the owner on the due day; what fell due within the protection after a hand-over and
--   was not paid in full stays with the previous owner.
-- excluded_zh: 项目类应收；宽限期最后一天仍在登记争议中的账单；扣除贷记后没有应收的账单；未配置宽限天数。
-- excluded_en: Project receivables; bills in a registered dispute on the last day of grace; bills with nothing due after corrections;
--   days of grace not configured.
-- parts: fen
-- deadline: last_on
-- details: due_on, last_on, due_fen, paid_fen
-- source: S4《客户经理工作手册》日常工作任务：「信用管理和欠费催缴」
select bill_id as subject_id, 'bill' as subject_kind, cast(null as varchar) as period_kind, cast(due_on as timestamp) as event_at,
  due_on as anchor_on, last_on as mature_on, due_on as original_on, customer_id, manager_id, unassigned_reason, team,
  region, tier, cast(null as varchar) as kind, cast(null as varchar) as severity,
  cast(null as varchar) as category,
  case when excluded_reason is null then paid_fen end as num,
  case when excluded_reason is null then due_fen end as den,
  cast(null as bigint) as value, excluded_reason, due_on, last_on, due_fen, paid_fen
from fct_collections
cross join run_info r
where last_on < r.as_of_on
