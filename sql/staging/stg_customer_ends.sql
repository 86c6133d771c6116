-- about: one row per customer that ended: merged into another, moved to another branch, or cancelled; valid_to is the
--   first day without it
with ending as (
  select customer_id, merged_on as valid_to, 'merged' as why, 1 as place from stg_customers where merged_on is not null
  union all
  select customer_id, ended_on + 1, case when status = 'moved_out' then 'moved_out' else 'cancelled' end, 2
  from stg_customers where ended_on is not null and (status is null or status in ('cancelled', 'moved_out'))
)
select customer_id, arg_min(valid_to, (valid_to, place)) as valid_to, arg_min(why, (valid_to, place)) as why
from ending group by customer_id
