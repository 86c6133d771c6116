-- about: one row per month that has ended and customer billed in the twelve account months to its end or owing what fell due more
--   than 90 days before it; subject_id is the customer, the day is the last of the month
-- id: I4
-- of: I4
-- main: yes
-- name_zh: 三个月以上欠费占收比
-- name_en: Receivables older than three months, share of revenue
-- family: receivables
-- kind: sums
-- over_time: last
-- unit: share
-- direction: down
-- anchor_zh: 周期最后一天
-- anchor_en: last day of the period
-- min_n: 5
-- needs: bills.due_on, bills.amount_fen, payments.paid_on
-- formula_zh: Σ 到期已超过 90 天仍未收的应收 ÷ Σ 截至期末十二个账期的出账净额（贷记冲减后）。责任人为最后一天的归属人。
-- formula_en: Sum of the receivables that fell due more than 90 days ago / sum of the net bills of the twelve account months to the end of the
--   period, after corrections. Accountable is the owner on the last day.
-- excluded_zh: 项目类账单；最后一天仍在登记争议中的应收；已装载不足十二个账期的月末。
-- excluded_en: Project bills; receivables in a registered dispute on the last day; ends of months with fewer than twelve account months
--   loaded.
-- parts: fen
-- details: aged_fen, revenue_fen
-- source: 本系统建议；S4《客户经理工作手册》日常工作任务：「信用管理和欠费催缴」
select g.customer_id as subject_id, 'customer' as subject_kind, 'month' as period_kind, cast(g.last_on as timestamp) as event_at,
  g.last_on as anchor_on, g.last_on as mature_on, g.last_on as original_on, g.customer_id, a.manager_id,
  case when a.manager_id is null then coalesce(a.unassigned_reason, 'no_owner') end as unassigned_reason, a.team, a.region,
  a.tier, cast(null as varchar) as kind, cast(null as varchar) as severity,
  cast(null as varchar) as category,
  case when g.excluded_reason is null then g.aged_fen end as num,
  case when g.excluded_reason is null then g.revenue_fen end as den,
  cast(null as bigint) as value, g.excluded_reason, g.aged_fen, g.revenue_fen
from fct_aged g
left join dim_accounts a on a.customer_id = g.customer_id and a.valid_from <= g.last_on and g.last_on < a.valid_to
