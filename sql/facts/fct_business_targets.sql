-- about: one row per month and manager with a target of new business, in fen; without a manager the company's. A month of which
--   somebody was in post on some days only is two rows: the person's part, and what remains (/rest), which is nobody's, so
--   that both together are the target that was set
-- order: starts_on
select t.starts_on, 'target/' || coalesce(t.manager_id, 'company') || '/' || t.period as subject_id, t.own_fen as target_fen,
  case when p.manager_id is null and k.is_kept then null else t.manager_id end as manager_id,
  case when t.manager_id is null then 'no_owner' when p.manager_id is null and k.is_kept then 'not_manager' end as unassigned_reason, p.team
from stg_business_targets t
left join dim_posts p on p.manager_id = t.manager_id and p.valid_from <= t.from_on and t.from_on < p.valid_to
cross join stg_roster k
where t.own_days > 0
union all
select t.starts_on, 'target/' || t.manager_id || '/' || t.period || case when t.own_days > 0 then '/rest' else '' end,
  t.target_fen - t.own_fen, cast(null as varchar), case when t.is_left then 'leaver' else 'no_owner' end, cast(null as varchar)
from stg_business_targets t
where t.own_days < t.days
