-- about: one row per month of the calendar and length of a calendar-aligned window, with the first day of the window that
--   holds the month and the first day after it
-- key: window_months, month_on
select window_months, month_on, window_from, window_to
from stg_window_months
