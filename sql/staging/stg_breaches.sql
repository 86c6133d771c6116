-- about: one row per reported breach, with what was known of it by the run's business day; day is the day it was confirmed, else
--   that of the last step taken
with known as (
  select b.breach_id, b.manager_id, b.kind, r.as_of_on,
    case when b.reported_on <= r.as_of_on then b.reported_on end as reported_on,
    case when b.heard_on <= r.as_of_on then b.heard_on end as heard_on,
    case when b.confirmed_on <= r.as_of_on and b.confirmed_by is not null then b.confirmed_on end as confirmed_on
  from raw.breaches b
  cross join run_info r
  where b.superseded_by is null and coalesce(b.reported_on, b.heard_on, b.confirmed_on, r.as_of_on) <= r.as_of_on
)
select breach_id, manager_id, kind, heard_on, confirmed_on, coalesce(confirmed_on, heard_on, reported_on, as_of_on) as day
from known
