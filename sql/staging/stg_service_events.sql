-- about: one row per linked service event and customer that took part, or is to, as far as it is known; is_held says whether
--   it was over by the run's business instant
select e.event_id, e.customer_id, e.kind, e."at" as held_at, cast(e."at" as date) as held_on, e.planned_on, e.organiser_id, e.attended,
  e."at" <= r.as_of as is_held
from raw.service_events e
cross join run_info r
where e.superseded_by is null
