-- about: what was done for customers in a period: the cases that were resolved and the visits that were made, with whom they
--   are of and what the customer was then; what does not count (duplicates, tests) is not there, a visit that is not valid is
with worked as (
  select 'case' as subject, f.subject_id, cast(f.resolved_at as date) as done_on, c.kind, f.resolution_account_no as account_no
  from fct_cases as f
  join dim_classes as c on c.class_no = f.class_no
  where f.excluded_reason is null and f.resolved_at >= {{.Starts}} and f.resolved_at < {{.Ends}}
  union all
  select 'visit', v.visit_id, v.started_on, 'visit', v.account_no
  from fct_visits as v
  where v.started_on >= {{.Starts}} and v.started_on < {{.Ends}}
)
select w.subject, w.subject_id, cast(w.done_on as varchar), w.kind, coalesce(a.tier, 0), coalesce(a.customer_id, ''), coalesce(a.manager_id, '')
from worked as w
left join dim_accounts as a on a.account_no = w.account_no
where {{.Where}}
order by w.subject, w.subject_id
