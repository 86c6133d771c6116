-- about: one row per course that a person owes; it is the business of whoever owes it, nobody's after his last day
-- order: due_on
-- key: training_id
select s.training_id, s.kind, s.due_on, s.done_on, s.passed,
  case when coalesce(p.is_gone, k.is_kept) then null else s.manager_id end as manager_id,
  case when s.manager_id is null then 'no_owner' when p.is_gone then 'leaver'
    when p.manager_id is null and k.is_kept then 'not_manager' end as unassigned_reason, p.team
from stg_trainings s
left join dim_posts p on p.manager_id = s.manager_id and p.valid_from <= s.due_on and s.due_on < p.valid_to
cross join stg_roster k
