-- about: one row per project, with its acceptance where it was accepted by the run's business day
select p.project_id, p.customer_id, p.scope_due, p.scope_done, p.accepted_first_time,
  case when p.accepted_on <= r.as_of_on then p.accepted_on end as accepted_on
from raw.projects p
cross join run_info r
where p.superseded_by is null
