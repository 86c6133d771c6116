-- about: one row per manager and day from which team or unit changed; a version without valid_from holds from the
--   beginning, its corrections from the day they were received on (ruling 3.5; of several lines of one
--   file only the one that holds)
-- materialized: table
with versions as (
  select m.*, received.received_at
  from raw.managers m
  left join raw.batches received on received.batch_id = m.batch_id
  left join raw.batches later on later.batch_id = m.superseded_by
  where m.superseded_by is null
     or m.valid_from is null and m.superseded_by <> m.batch_id and (later.replaces is null or later.replaces <> m.batch_id)
), dated as (
  select *, row_number() over (partition by manager_id, valid_from is null order by batch_id) as version_no
  from versions
), starting as (
  select *, coalesce(valid_from, case when version_no = 1 then date '1900-01-01' else coalesce(cast(received_at as date), date '1900-01-01') end) as from_day
  from dated
), winning as (
  select *, row_number() over (partition by manager_id, from_day order by valid_from is null, batch_id desc, superseded_by is null desc) as place
  from starting
)
select manager_id, from_day as valid_from,
  lead(from_day, 1, date '2199-12-31') over (partition by manager_id order by from_day) as valid_to,
  name, team, unit_id, region, role, hired_on, left_on, reports_to, certified_until, staff_no
from winning
where place = 1
