-- about: one row per month and manager with a target of new business, in fen; without a manager the company's
-- order: starts_on
select t.starts_on, 'target/' || coalesce(t.manager_id, 'company') || '/' || t.period as subject_id, t.target_fen,
  case when coalesce(p.is_gone, k.is_kept) then null else t.manager_id end as manager_id,
  case when t.manager_id is null then 'no_owner' when p.is_gone then 'leaver'
    when p.manager_id is null and k.is_kept then 'not_manager' end as unassigned_reason, p.team
from stg_business_targets t
left join dim_posts p on p.manager_id = t.manager_id and p.valid_from <= t.starts_on and t.starts_on < p.valid_to
cross join stg_roster k
