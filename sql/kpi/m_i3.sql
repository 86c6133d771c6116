-- about: one row per period (month, quarter, half year, year) that has ended and customer with receivables or sales in it;
--   subject_id is the customer
-- id: I3
-- of: I3
-- main: yes
-- name_zh: 催收有效指数（CEI）
-- name_en: Collection effectiveness index (CEI)
-- family: receivables
-- kind: sums
-- over_time: own
-- unit: share
-- direction: up
-- anchor_zh: 期初与期末的应收余额
-- anchor_en: receivables when the period begins and ends
-- periods: month, quarter, half, year
-- min_n: 5
-- needs: bills.due_on, bills.amount_fen, payments.paid_on
-- formula_zh: （期初应收 + 出账 ÷ N − 期末应收）÷（期初应收 + 出账 ÷ N − 期末未到期应收），N 为周期的月数；各项乘以 N 以取整数。出账为应收金额的增加，扣除调账与贷记。只计到团队，不计到个人。责任团队为周期最后一天的归属团队。
-- formula_en: (opening receivables + sales / N - closing receivables) / (opening receivables + sales / N - closing receivables not yet due), N
--   being the months of the period; every term is multiplied by N to stay whole. Sales are what was
--   billed less what was corrected. For teams only, never for a person:
--   the team is that of the owner on the last day.
-- excluded_zh: 项目类账单、期末仍在登记争议中的账单（不进入各项余额）。
-- excluded_en: Project bills and bills in a registered dispute when the period ends (left out of every balance).
-- parts: fen
-- details: opening_fen, sales_fen, closing_fen, current_fen
-- source: 本系统建议；S4《客户经理工作手册》日常工作任务：「信用管理和欠费催缴」
with counted as (
  select *, case period_kind when 'month' then 1 when 'quarter' then 3 when 'half' then 6 else 12 end as months
  from fct_balances
)
select c.customer_id as subject_id, 'customer' as subject_kind, c.period_kind, cast(c.last_on as timestamp) as event_at,
  c.starts_on as anchor_on, c.ends_on as mature_on, c.starts_on as original_on, c.customer_id,
  cast(null as varchar) as manager_id, 'team_only' as unassigned_reason, a.team, a.region, a.tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity,
  cast(null as varchar) as category,
  cast(c.months * (c.opening_fen - c.closing_fen) + c.sales_fen as bigint) as num,
  cast(c.months * (c.opening_fen - c.current_fen) + c.sales_fen as bigint) as den,
  cast(null as bigint) as value, cast(null as varchar) as excluded_reason,
  c.opening_fen, c.sales_fen, c.closing_fen, c.current_fen
from counted c
left join dim_accounts a on a.customer_id = c.customer_id and a.valid_from <= c.last_on and c.last_on < a.valid_to
