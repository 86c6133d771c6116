-- about: one row per customer, item of a service plan and day on which it was delivered, from where it is written down:
--   visits that count for the duty; of call-backs also visits by telephone, of contacts any of these, any valid visit and any call;
--   contacts planned and done; linked service events that were held
-- materialized: view
select duty_customer_id as customer_id, 'visit' as item, started_on as done_on
from fct_visits
where counts
group by duty_customer_id, started_on
union
select duty_customer_id, 'callback', started_on
from fct_visits
where invalid_reason = 'phone'
union
select duty_customer_id, 'touch', started_on
from fct_visits
where invalid_reason is null or invalid_reason = 'phone'
union
select customer_id, 'touch', started_on
from fct_calls
union
select customer_id, kind, cast(done_at as date)
from fct_touch_plans
where done_at is not null
union
select customer_id, kind, held_on
from fct_service_events
where is_held
