-- about: what happened to one customer and those merged into it, newest first: visits, cases, answers to surveys, bills, changes of tier and
--   owner, requests to cancel; nothing when the reader does not see the customer today
with members as (
  select a.customer_id from fct_customer_signs as a
  join fct_customer_signs as s on s.customer_id = {{.Customer}} and a.counts_for = s.counts_for
  where s.customer_id in (select customer_id from fct_customer_signs where {{.Where}}) and (a.customer_id = s.customer_id or s.counts_for = s.customer_id)
), accounts as (
  select a.*, coalesce(a.manager_id || coalesce(' ' || m.name, ''), '') as manager, lag(a.tier) over w as tier_before,
    lag(a.manager_id || coalesce(' ' || m.name, ''), 1, '') over w as manager_before, row_number() over w as place
  from dim_accounts as a left join dim_managers as m on m.manager_id = a.manager_id
  where a.customer_id = {{.Customer}} and a.customer_id in (select customer_id from members)
  window w as (order by a.valid_from)
), today as (select as_of, as_of_on from run_info),
events as (
  select v.started_on as on_day, 'visit' as what, v.visit_id as subject, coalesce(v.mode, '') as kind, coalesce(v.invalid_reason, '') as state,
    '' as before, cast(null as date) as due, cast(null as date) as done, cast(null as bigint) as fen, '' as score
  from fct_visits as v where v.duty_customer_id in (select customer_id from members) or v.customer_id in (select customer_id from members)
  union all
  select cast(f.created_at as date), 'case', f.subject_id, k.kind,
    case when f.excluded_reason is not null then f.excluded_reason
      when f.resolved_at is null and f.resolution_excluded is null and f.resolution_due_at <= t.as_of then 'late'
      when f.resolved_at is null then 'open' else 'done' end,
    coalesce(k.severity, ''), f.resolution_due_on, cast(f.resolved_at as date), null, ''
  from fct_cases as f join dim_classes as k on k.class_no = f.class_no cross join today as t
  where f.account_no in (select account_no from dim_accounts where customer_id in (select customer_id from members))
  union all
  select s.answered_on, 'survey', s.survey_id || coalesce('/' || s.question, ''), s.metric, coalesce(s.excluded_reason, ''), '', null, null, null,
    coalesce(regexp_replace(cast(s.score as varchar), '\.0*$|(\.[0-9]*[1-9])0+$', '\1') || '/' || cast(s.scale_max as varchar), '')
  from fct_surveys as s where s.answered_on is not null and s.customer_id in (select customer_id from members)
  union all
  select b.issued_on, 'bill', b.bill_id, b.kind,
    case when b.ref_bill is not null or b.net_fen <= 0 then '' when b.settled_on is not null then 'done' when b.due_on < t.as_of_on then 'late' else 'open' end,
    '', b.due_on, b.settled_on, b.amount_fen, ''
  from fct_bills as b cross join today as t where b.customer_id in (select customer_id from members)
  union all
  select a.valid_from, 'tier', '', '', coalesce(cast(a.tier as varchar), ''), coalesce(cast(a.tier_before as varchar), ''), null, null, null, ''
  from accounts as a cross join today as t
  where a.place > 1 and a.tier is distinct from a.tier_before and a.valid_from <= t.as_of_on
  union all
  select a.valid_from, 'owner', '', '', a.manager, coalesce(a.manager_before, ''), null, null, null, ''
  from accounts as a cross join today as t
  where a.place > 1 and a.manager <> coalesce(a.manager_before, '') and a.valid_from <= t.as_of_on
  union all
  select q.requested_on, 'cancel', q.request_id, '', coalesce(q.excluded_reason, q.outcome, 'open'), '', null, cast(q.decided_at as date), null, ''
  from fct_saves as q where q.customer_id in (select customer_id from members)
)
select cast(on_day as varchar), what, subject, kind, state, before, coalesce(cast(due as varchar), ''), coalesce(cast(done as varchar), ''), fen, score
from events
where {{.Which}}
order by on_day desc, what, subject
limit {{.Limit}}
