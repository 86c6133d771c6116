-- about: one row per drawn sample by the run's business day, with the verdict of the second scorer: of the sheet of his own,
--   else of the sample itself; is_same_scorer: the first one judged again, which is no second opinion
select a.sample_id, a.manager_id, a.drawn_on, a.stratum, a.stratum_size, coalesce(a.targeted, false) as is_targeted,
  a.passed, coalesce(r.passed, a.second_passed) as second_passed, coalesce(r.scorer = a.scorer, false) as is_same_scorer
from raw.audit_samples a
left join raw.audit_rescores r on r.sample_id = a.sample_id and r.superseded_by is null
cross join run_info r0
where a.superseded_by is null and a.drawn_on <= r0.as_of_on
