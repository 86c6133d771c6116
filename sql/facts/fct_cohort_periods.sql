-- about: one row per month, quarter, half year or year that has ended, and the windows whose recurring revenue is compared
--   for its cohort: window_months account months before it (base) and as many at its end (now); that are
--   retention_base_months, for a year the whole year before. Months are counted: month_no. revenue_reason: not_loaded
--   (the period ends after the last loaded account month), rule_unset, no_history (the base begins before the first)
-- order: period_kind, starts_on
-- key: period_kind, starts_on
with month as (
  select first_ym as ym, row_number() over (order by first_ym nulls last) as month_no from calendar_periods where period_kind = 'month'
), loaded as (
  select min(m.month_no) as first_no, max(m.month_no) as last_no from fct_revenue_months v join month m on m.ym = v.ym
), period as (
  select p.period_kind, p.starts_on, p.ends_on, p.days, f.month_no as first_no, l.month_no as last_no,
    g.name is null as is_unset, case when p.period_kind = 'year' then 12 else w.value end as window_months
  from calendar_periods p
  cross join stg_span s
  join month f on f.ym = p.first_ym
  join month l on l.ym = p.last_ym
  left join rule_params g on g.name = 'churn_zero_months' and g.valid_from <= p.starts_on and p.starts_on < g.valid_to
  left join rule_params w on w.name = 'retention_base_months' and w.valid_from <= p.starts_on and p.starts_on < w.valid_to
  where p.period_kind in ('month', 'quarter', 'half', 'year') and s.first_on <= p.starts_on and p.ends_on <= s.end_on
)
select p.period_kind, p.starts_on, p.ends_on, p.days, p.is_unset, p.window_months, p.first_no - 1 as base_no, p.last_no as now_no,
  case when d.last_no is null or p.last_no > d.last_no then 'not_loaded'
    when p.window_months is null then 'rule_unset'
    when p.first_no - p.window_months < d.first_no then 'no_history' end as revenue_reason
from period p
cross join loaded d
