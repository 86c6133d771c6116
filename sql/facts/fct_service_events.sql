-- about: one row per linked service event (day on site, forum, training, …) and customer; account_no is the customer's account
--   that day
-- order: held_on
-- key: event_id, customer_id
select e.event_id, e.customer_id, e.kind, e.held_at, e.held_on, e.planned_on, e.organiser_id, cast(e.attended as bigint) as attended, e.is_held,
  coalesce(a.account_no, 0) as account_no
from stg_service_events e
left join dim_accounts a on a.customer_id = e.customer_id and a.valid_from <= e.held_on and e.held_on < a.valid_to
