-- about: one row per finding; what a unit has to mend is charged to no manager (other_department)
-- order: due_on
-- key: finding_id
select s.finding_id, s.raised_on, s.due_on, s.fixed_on, s.verified_on,
  case when s.by_unit or coalesce(p.is_gone, k.is_kept) then null else s.owner_id end as manager_id,
  case when s.by_unit then 'other_department' when s.owner_id is null then 'no_owner' when p.is_gone then 'leaver'
    when p.manager_id is null and k.is_kept then 'not_manager' end as unassigned_reason,
  case when s.by_unit then null else p.team end as team
from stg_findings s
left join dim_posts p on p.manager_id = s.owner_id and p.valid_from <= coalesce(s.due_on, s.raised_on) and coalesce(s.due_on, s.raised_on) < p.valid_to
cross join stg_roster k
