-- about: one row per customer and day from which its attributes changed; a version without valid_from holds from the
--   beginning, its corrections from the day they were received on (ruling 3.5; of several lines of one file only the
--   one that holds), and a re-read of the same file under another mapping corrects the past itself
with versions as (
  select c.*, received.received_at
  from raw.customers c
  left join raw.batches received on received.batch_id = c.batch_id
  left join raw.batches later on later.batch_id = c.superseded_by
  where c.superseded_by is null
     or c.valid_from is null and c.superseded_by <> c.batch_id and (later.replaces is null or later.replaces <> c.batch_id)
), dated as (
  select *, row_number() over (partition by customer_id, valid_from is null order by batch_id) as version_no
  from versions
), starting as (
  select *, coalesce(valid_from, case when version_no = 1 then date '1900-01-01' else coalesce(cast(received_at as date), date '1900-01-01') end) as from_day
  from dated
), winning as (
  select *, row_number() over (partition by customer_id, from_day order by valid_from is null, batch_id desc, superseded_by is null desc) as place
  from starting
)
select customer_id, from_day as valid_from,
  lead(from_day, 1, date '2199-12-31') over (partition by customer_id order by from_day) as valid_to,
  name, type, region, segment, industry, users, status, first_active_on, ended_on, merged_into, merged_at, split_from, strategic, credit_limit_fen, credit_reviewed_on
from winning
where place = 1
