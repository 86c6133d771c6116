-- about: one row per customer with its attributes as of the run's business day
-- materialized: table
select v.customer_id, v.name, v.type, v.region, v.segment, v.industry, v.users, v.status, v.first_active_on, v.ended_on,
  m.merged_into, m.merged_on, v.split_from, v.strategic, v.credit_limit_fen, v.credit_reviewed_on
from (
  select *, row_number() over (
      partition by customer_id order by valid_from <= r.as_of_on desc, abs(valid_from - r.as_of_on)) as place
  from stg_customer_versions cross join run_info r
) v
left join (
  select customer_id, arg_max(merged_into, valid_from) as merged_into,
    arg_max(coalesce(cast(merged_at as date), ended_on, case when valid_from > date '1900-01-01' then valid_from end), valid_from) as merged_on
  from stg_customer_versions
  where merged_into is not null and merged_into <> customer_id
  group by customer_id
) m on m.customer_id = v.customer_id
where v.place = 1
