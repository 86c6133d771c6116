-- about: one row per calendar-aligned window of 1, 2, 3, 6 or 12 months that begins between the first loaded event and
--   the run's business day: the last ones have not ended
-- materialized: table
select w.window_months, p.starts_on, cast(p.starts_on + to_months(w.window_months) as date) as ends_on,
  cast(cast(p.starts_on + to_months(w.window_months) as date) - p.starts_on as bigint) as days,
  cast(cast(p.starts_on + to_months(w.window_months) as date) - 1 as date) as last_on
from calendar_periods p
cross join (values (1), (2), (3), (6), (12)) w(window_months)
cross join stg_span s
cross join run_info r
where p.period_kind = 'month' and (month(p.starts_on) - 1) % w.window_months = 0
  and s.first_on <= p.starts_on and p.starts_on <= r.as_of_on
