-- about: one row per course that somebody owes, with its result as far as known by the run's business day
select t.training_id, t.manager_id, t.kind, t.due_on,
  case when t.done_on <= r.as_of_on then t.done_on end as done_on,
  case when t.done_on <= r.as_of_on then t.passed end as passed
from raw.trainings t
cross join run_info r
where t.superseded_by is null
