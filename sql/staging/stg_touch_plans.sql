-- about: one row per planned contact (call-back, care, forum, touch) as far as it is known by the run's business instant;
--   visits have their own cadence
select d.duty_id, d.customer_id, d.kind, d.window_start, d.window_end, d.waived_by is not null as is_waived,
  cast(d.planned_at as date) as planned_on, case when d.done_at <= r.as_of then d.done_at end as done_at
from raw.duties d
cross join run_info r
where d.superseded_by is null and d.kind <> 'visit'
