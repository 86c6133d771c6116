-- about: one row per cohort member and account that answers for it, with the member's recurring revenue in fen in the
--   windows of fct_cohort_periods and the account's days, of every period whose end is billed. Customers merged into one
--   are counted in one row (fct_cohort_pools), the others say merged. A member that does not count is one row.
--   reason also: rule_unset, no_history, no_base (base not above zero) and those of the members
-- materialized: view
with revenue as (
  select m.customer_id, m.period_kind, m.starts_on, m.ends_on, m.days, m.account_no, m.is_shared, m.excluded_reason,
    p.revenue_reason, g.carrier_id,
    coalesce(g.base_fen, m.base_fen) as base_fen,
    case when coalesce(g.now_fen, m.now_fen) > 0 then coalesce(g.now_fen, m.now_fen) else 0 end as now_fen
  from fct_cohort_members m
  join fct_cohort_periods p on p.period_kind = m.period_kind and p.starts_on = m.starts_on
  left join fct_cohort_pools g on g.period_kind = m.period_kind and g.starts_on = m.starts_on and g.customer_id = m.customer_id
  where p.revenue_reason is null or p.revenue_reason <> 'not_loaded'
),
judged as (
  select r.*, case when r.excluded_reason is not null then r.excluded_reason
      when r.revenue_reason is not null then r.revenue_reason
      when r.carrier_id <> r.customer_id then 'merged'
      when r.base_fen <= 0 then 'no_base' end as reason
  from revenue r
)
select j.customer_id, j.period_kind, j.starts_on, j.ends_on, j.base_fen, j.now_fen, j.reason,
  case when j.reason is null then j.days end as days, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier
from judged j
join dim_accounts a on a.account_no = j.account_no
where j.reason is not null or not j.is_shared
union all
select j.customer_id, j.period_kind, j.starts_on, j.ends_on, j.base_fen, j.now_fen, j.reason,
  s.days, s.manager_id, s.unassigned_reason, s.team, s.region, s.tier
from judged j
join fct_cohort_shares s on s.period_kind = j.period_kind and s.starts_on = j.starts_on and s.customer_id = j.customer_id
where j.reason is null
