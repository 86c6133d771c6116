-- about: one row per call: the business of who spoke; account_no is the customer's account that day
-- order: started_on
-- key: call_id
select s.call_id, s.customer_id, s.started_at, s.started_on, s.seconds,
  case when coalesce(p.is_gone, k.is_kept) then null else s.manager_id end as manager_id,
  case when s.manager_id is null then 'no_owner' when p.is_gone then 'leaver'
    when p.manager_id is null and k.is_kept then 'not_manager' end as unassigned_reason,
  p.team, coalesce(a.account_no, 0) as account_no
from stg_calls s
left join dim_posts p on p.manager_id = s.manager_id and p.valid_from <= s.started_on and s.started_on < p.valid_to
cross join stg_roster k
left join dim_accounts a on a.customer_id = s.customer_id and a.valid_from <= s.started_on and s.started_on < a.valid_to
