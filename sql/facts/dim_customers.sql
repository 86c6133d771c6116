-- about: one row per customer of the customers feed with its attributes as of the run's business day
-- order: customer_id
-- key: customer_id
select c.customer_id, c.name, c.type, c.region, c.segment, c.industry, c.users, c.status, c.first_active_on, c.ended_on,
  c.merged_into, c.merged_on, f.follows_id as survivor_id, c.split_from, coalesce(k.is_key, false) as is_key,
  c.credit_limit_fen, c.credit_reviewed_on
from stg_customers c
cross join run_info r
left join stg_follows f on f.customer_id = c.customer_id and f.valid_from <= r.as_of_on and r.as_of_on < f.valid_to
left join stg_key_customers k on k.customer_id = c.customer_id
