-- about: one row per customer and stretch of days in which it counts as a key account: as key_accounts lists it, overlaps united,
--   or all days where that feed was never loaded
with listed as (
  select customer_id, "from" as valid_from,
    case when "to" is null or "to" >= date '2199-12-30' then date '2199-12-31' else "to" + 1 end as valid_to
  from raw.key_accounts
  where superseded_by is null
), reaching as (
  select *, max(valid_to) over (partition by customer_id order by valid_from, valid_to rows between unbounded preceding and 1 preceding) as so_far
  from listed
  where valid_from < valid_to
), islands as (
  select *, sum(case when so_far >= valid_from then 0 else 1 end) over (partition by customer_id order by valid_from, valid_to) as island
  from reaching
)
select customer_id, min(valid_from) as valid_from, max(valid_to) as valid_to
from islands
group by customer_id, island
union all
select customer_id, date '1900-01-01', date '2199-12-31'
from stg_customer_ids
where not exists (select 1 from raw.key_accounts)
