-- about: one row per personal visiting plan that somebody approved, with the days (both inside) that it is for and the day
--   on which it was made, where that is known
select duty_id, customer_id, window_start, window_end, cast(planned_at as date) as planned_on
from raw.duties
where superseded_by is null and kind = 'visit' and plan_approved_by is not null and waived_by is null
