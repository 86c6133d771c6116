-- about: one row per approved personal visiting plan (plan) and waiver of visits (waiver) of a customer, with its days, both
--   inside, and for plans the day on which they were made where that is known
-- order: customer_id
select 'plan' as paper, customer_id, window_start, window_end, planned_on
from stg_visit_plans
union all
select 'waiver', customer_id, window_start, window_end, cast(null as date)
from stg_waivers
