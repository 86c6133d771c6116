-- about: one row per drawn sample by the run's business day
select a.sample_id, a.manager_id, a.drawn_on, a.stratum, a.stratum_size, coalesce(a.targeted, false) as is_targeted,
  a.passed, a.second_passed
from raw.audit_samples a
cross join run_info r
where a.superseded_by is null and a.drawn_on <= r.as_of_on
