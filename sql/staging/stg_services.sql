-- about: one row per service and stretch of days it runs; ended_on of the files is the last day and becomes half-open.
--   Where the feed was never loaded, every customer has one that runs from its first to its last active day
select service_id, customer_id, started_on,
  case when ended_on is null or ended_on >= date '2199-12-30' then date '2199-12-31' else ended_on + 1 end as stops_on, monthly_fen, product, sla_class
from raw.services
where superseded_by is null
union all
select customer_id, customer_id, coalesce(first_active_on, date '1900-01-01'), date '2199-12-31', cast(null as bigint), cast(null as varchar), cast(null as varchar)
from stg_customers
where not exists (select 1 from raw.services)
