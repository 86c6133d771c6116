-- about: one row per reported breach, with why it does not count: not confirmed by anybody, or confirmed before the person was
--   heard
-- order: day
-- key: breach_id
select s.breach_id, s.kind, s.day, s.heard_on, s.confirmed_on,
  case when s.confirmed_on is null then 'not_confirmed'
    when s.heard_on is null or s.heard_on > s.confirmed_on then 'not_heard' end as excluded_reason,
  case when coalesce(p.is_gone, k.is_kept) then null else s.manager_id end as manager_id,
  case when s.manager_id is null then 'no_owner' when p.is_gone then 'leaver'
    when p.manager_id is null and k.is_kept then 'not_manager' end as unassigned_reason, p.team
from stg_breaches s
left join dim_posts p on p.manager_id = s.manager_id and p.valid_from <= s.day and s.day < p.valid_to
cross join stg_roster k
