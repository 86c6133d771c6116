-- about: one row per customer and stretch of days with the customer whose owner, tier and region hold for it: itself
--   until it is merged, from the day of the merger on the survivor, through any chain of mergers
-- materialized: table
with recursive merger as (
  select customer_id, merged_into, merged_on from stg_customers where merged_into is not null and merged_on is not null
), path as (
  select customer_id, customer_id as follows_id, date '1900-01-01' as valid_from, 0 as depth from merger
  union all
  select p.customer_id, m.merged_into, greatest(p.valid_from, m.merged_on), p.depth + 1
  from path p
  join merger m on m.customer_id = p.follows_id
  where p.depth < 20
), stretch as (
  select customer_id, follows_id, valid_from,
    lead(valid_from, 1, date '2199-12-31') over (partition by customer_id order by depth) as valid_to
  from path
)
select customer_id, follows_id, valid_from, valid_to from stretch where valid_from < valid_to
union all
select i.customer_id, i.customer_id, date '1900-01-01', date '2199-12-31'
from stg_customer_ids i
where not exists (select 1 from merger m where m.customer_id = i.customer_id)
