-- about: one row per month, quarter, half year or year that has ended and customer of whom a visiting window ended in it:
--   whether (0/1) any of its windows that count was covered, and in one of them both the deciding person and the using
--   department were met. Accountable is whoever answers for the last window that counts; where none does,
--   excluded_reason is that of the last one
-- materialized: view
with placed as (
  select p.period_kind, p.starts_on as period_from, p.ends_on as period_to, d.customer_id, d.manager_id, d.unassigned_reason,
    d.team, d.region, d.tier, d.excluded_reason,
    max(case when d.excluded_reason is null then d.is_covered end) over (partition by p.period_kind, p.starts_on, d.customer_id) as is_covered,
    max(case when d.excluded_reason is null then d.met_decider * d.met_user end)
      over (partition by p.period_kind, p.starts_on, d.customer_id) as met_both,
    row_number() over (partition by p.period_kind, p.starts_on, d.customer_id
      order by case when d.excluded_reason is null then 0 else 1 end nulls last, d.last_on desc nulls last, d.window_months desc nulls last) as place
  from calendar_periods p
  cross join run_info r
  join fct_visit_duties d on p.starts_on <= d.last_on and d.last_on < p.ends_on
  where p.period_kind in ('month', 'quarter', 'half', 'year') and p.ends_on <= r.as_of_on
)
select period_kind, period_from, period_to, customer_id, manager_id, unassigned_reason, team, region, tier, excluded_reason,
  is_covered, met_both
from placed
where place = 1
