-- about: one row per customer that counts as a key account on the run's business day: listed in key_accounts, or every
--   customer where that feed was never loaded
select distinct c.customer_id, true as is_key
from stg_customers c
cross join run_info r
left join raw.key_accounts k on k.customer_id = c.customer_id and k.superseded_by is null
  and k."from" <= r.as_of_on and r.as_of_on <= coalesce(k."to", date '2199-12-31')
where k.customer_id is not null or not exists (select 1 from raw.key_accounts)
