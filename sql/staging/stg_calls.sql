-- about: one row per call that had begun by the run's business instant
select c.call_id, c.customer_id, c.manager_id, c.started_at, cast(c.started_at as date) as started_on, c.seconds
from raw.calls c
cross join run_info r
where c.superseded_by is null and c.started_at <= r.as_of
