-- about: one row per cohort member with its recurring revenue in fen in the windows of fct_cohort_periods, of every period
--   whose end is billed. Customers merged into one are counted in one row (fct_cohort_pools), the others say merged.
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
)
select r.customer_id, r.period_kind, r.starts_on, r.ends_on, r.days, r.account_no, r.is_shared, r.base_fen, r.now_fen,
  case when r.excluded_reason is not null then r.excluded_reason
    when r.revenue_reason is not null then r.revenue_reason
    when r.carrier_id <> r.customer_id then 'merged'
    when r.base_fen <= 0 then 'no_base' end as reason
from revenue r
