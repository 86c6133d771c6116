-- about: one row per milestone; account_no is the customer's account on the earlier of due day and acceptance
-- order: due_on
-- key: milestone_id
with dated as (
  select *, case when accepted_on < due_on then accepted_on else due_on end as accountable_on from stg_milestones
)
select s.milestone_id, s.customer_id, s.planned_on, s.due_on, s.accepted_on, s.accountable_on,
  coalesce(a.account_no, 0) as account_no
from dated s
left join dim_accounts a on a.customer_id = s.customer_id and a.valid_from <= s.accountable_on and s.accountable_on < a.valid_to
