-- about: one row per month of the calendar and length of a calendar-aligned window, with the first day of the window that
--   holds the month and the first day after it; unlike stg_windows also of windows that have not begun
-- materialized: table
select w.window_months, p.starts_on as month_on,
  cast(p.starts_on - to_months((month(p.starts_on) - 1) % w.window_months) as date) as window_from,
  cast(p.starts_on - to_months((month(p.starts_on) - 1) % w.window_months) + to_months(w.window_months) as date) as window_to
from calendar_periods p
cross join (values (1), (2), (3), (6), (12)) w(window_months)
where p.period_kind = 'month'
