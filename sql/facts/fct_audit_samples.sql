-- about: one row per drawn sample of somebody's work, with why it may not enter the estimate: it was drawn on purpose
--   (targeted), nobody judged it, or its stratum has no size or is smaller than what was drawn of it
-- order: drawn_on
-- key: sample_id
select s.sample_id, s.drawn_on, s.stratum, s.stratum_size, s.passed, s.second_passed, s.is_same_scorer,
  case when s.is_targeted then 'targeted'
    when s.passed is null then 'not_scored_yet'
    when s.stratum is null or s.stratum_size is null or s.stratum_size <= 0 then 'stratum_unset' end as excluded_reason,
  case when coalesce(p.is_gone, k.is_kept) then null else s.manager_id end as manager_id,
  case when s.manager_id is null then 'no_owner' when p.is_gone then 'leaver'
    when p.manager_id is null and k.is_kept then 'not_manager' end as unassigned_reason, p.team
from stg_audit_samples s
left join dim_posts p on p.manager_id = s.manager_id and p.valid_from <= s.drawn_on and s.drawn_on < p.valid_to
cross join stg_roster k
