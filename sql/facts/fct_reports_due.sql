-- about: one row per report that somebody owes; what a unit owes is charged to no manager (other_department)
-- order: due_on
-- key: report_id
select s.report_id, s.kind, s.due_at, s.due_on, s.done_at,
  case when s.by_unit or coalesce(p.is_gone, k.is_kept) then null else s.owed_by end as manager_id,
  case when s.by_unit then 'other_department' when s.owed_by is null then 'no_owner' when p.is_gone then 'leaver'
    when p.manager_id is null and k.is_kept then 'not_manager' end as unassigned_reason,
  case when s.by_unit then null else p.team end as team
from stg_reports_due s
left join dim_posts p on p.manager_id = s.owed_by and p.valid_from <= s.due_on and s.due_on < p.valid_to
cross join stg_roster k
