-- about: one row per bill and step of dunning that is recorded, done_on as far as it is known by the run's business day
select d.bill_id, d.step, d.due_on, case when d.done_on <= r.as_of_on then d.done_on end as done_on
from raw.dunning d
cross join run_info r
where d.superseded_by is null
