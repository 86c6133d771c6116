-- about: one row per project accepted by the run's business day; account_no is the customer's account on the day of the acceptance
-- order: accepted_on
-- key: project_id
select s.project_id, s.customer_id, s.accepted_on, s.accepted_first_time, s.scope_due, s.scope_done,
  coalesce(a.account_no, 0) as account_no
from stg_projects s
left join dim_accounts a on a.customer_id = s.customer_id and a.valid_from <= s.accepted_on and s.accepted_on < a.valid_to
where s.accepted_on is not null
