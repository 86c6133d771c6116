-- about: one row per month of the data that has ended and stretch of days in which a customer was active by then; subject_id is the customer,
--   '/' and the first day of the stretch, the day is the last of the month
-- id: G4.survival
-- of: G4
-- main: no
-- name_zh: 客户留存曲线（入网三年）
-- name_en: Customer survival (three years)
-- family: retention
-- kind: curve
-- over_time: last
-- unit: share
-- direction: up
-- horizon: 1095
-- anchor_zh: 周期最后一天
-- anchor_en: last day of the period
-- min_n: 30
-- needs: customers.customer_id, services.started_on, bills.amount_fen
-- formula_zh: Kaplan-Meier 估计 S(t) = Π(1 − 流失数 ÷ 在险数)，t 为入网天数，数值为 1095 天时的留存率。数据开始时已在网的客户自其当时的入网天数起才在险（左截断）；到期末仍在网、已并入其他客户的为删失。流失日为业务终止之日或第一个无收入账期的首日，以期末前已认定的为准。
-- formula_en: The Kaplan-Meier estimate S(t) = product of (1 - lost / at risk), t being days since the customer came; the value is that at
--   1095 days. Customers who were there when the data begin are at risk only from the tenure they had then (left
--   truncation); those active at the end of the period or merged are censored. A customer is lost on the day its services
--   ended or the first day of the first month without revenue, when that was recognised by the end of the period.
-- excluded_zh: 迁出、拆分产生的客户；入网日期不明的客户；未配置零收入流失的月数。
-- excluded_en: Moved to another branch, created by a split; without a known first day; months without revenue that are churn not
--   configured.
-- details: entry_days
-- source: 本系统建议
with ended as (
  select cast(m.last_on + interval '1' day as date) as ends_on, m.last_on, d.day_no + 1 as end_no
  from dim_month_ends m
  join calendar_days d on d.day = m.last_on
), seen as (
  select e.last_on, s.customer_id, s.valid_from, s.entry_days, s.is_split, s.ended_why, s.left_days, s.account_no, s.came_no, e.end_no,
    coalesce(s.known_from <= e.ends_on, false) as is_over, g.value as churn_months
  from ended e
  join fct_spells s on s.valid_from < e.ends_on
  left join rule_params g on g.name = 'churn_zero_months' and g.valid_from <= e.last_on and e.last_on < g.valid_to
), judged as (
  select *, case when is_over then null else customer_id end as standing_id, case when is_over then left_days else end_no - came_no end as days,
    case when churn_months is null then 'rule_unset'
      when is_over and ended_why = 'moved_out' then 'moved_out'
      when is_split then 'split'
      when came_no is null then 'no_first_day' end as reason
  from seen
)
select j.customer_id || '/' || cast(j.valid_from as varchar) as subject_id, 'spell' as subject_kind, 'month' as period_kind,
  cast(j.valid_from as timestamp) as event_at, j.last_on as anchor_on, j.last_on as mature_on, j.last_on as original_on,
  j.customer_id, a.manager_id, case when a.manager_id is null then coalesce(a.unassigned_reason, 'no_owner') end as unassigned_reason,
  a.team, a.region, a.tier, cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when j.reason is null then cast(case when j.is_over and j.ended_why <> 'merged' then 1 else 0 end as bigint) end as num,
  case when j.reason is null then cast(1 as bigint) end as den,
  case when j.reason is null then cast(j.days as bigint) end as value, j.reason as excluded_reason,
  j.entry_days
from judged j
left join dim_accounts n on n.customer_id = j.standing_id and n.valid_from <= j.last_on and j.last_on < n.valid_to
left join dim_accounts a on a.account_no = case when j.is_over then coalesce(j.account_no, 0) else coalesce(n.account_no, 0) end
