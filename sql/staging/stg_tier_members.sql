-- about: one row per quarter and customer that is counted for itself or for its survivor (customer_id) when the quarter ends;
--   until_on is the day from which it is no customer of its own: that of its merger, else the end of the quarter
-- materialized: table
select q.quarter, q.starts_on, q.ends_on, q.last_on, f.follows_id as customer_id, f.customer_id as member_id,
  case when f.follows_id <> f.customer_id then least(c.merged_on, q.ends_on) else q.ends_on end as until_on
from stg_tier_quarters q
join stg_follows f on f.valid_from <= q.last_on and q.last_on < f.valid_to
left join stg_customers c on c.customer_id = f.customer_id
