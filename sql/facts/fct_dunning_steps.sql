-- about: one row per step of dunning that an overdue invoice owed by now or will owe as long as it is not paid, its day as many days after the due day as the step's
--   parameter says, where something was still open at the end of the day before: whether it was done by then. Accountable is the owner on
--   that day, or on the day on which it was done before it (R10). settled_on: from then on nothing of the bill is open. A recorded step that no parameter asks for is there as well. excluded_reason: rule_unset, project,
--   in_dispute (on the day of the step)
-- order: step_on
-- key: bill_id, step
with overdue as (
  select r.bill_id, r.customer_id, r.due_on, d.day_no as due_no, r.project, r.disputed_from, r.disputed_to,
    f.day_no as from_no, coalesce(t.day_no, 99999999) as to_no
  from fct_receivables r
  join calendar_days d on d.day = r.due_on
  join calendar_days f on f.day = r.from_on
  left join calendar_days t on t.day = r.to_on
  cross join run_info n
  where r.to_on > r.due_on and r.due_on < n.as_of_on
), owed as (
  select r.bill_id, r.customer_id, 1 as step, r.due_on, s.day as step_on, r.project, r.disputed_from, r.disputed_to
  from overdue r
  join rule_params p on p.name = 'dunning_step_1_days' and p.valid_from <= r.due_on and r.due_on < p.valid_to
  join calendar_days s on s.day_no = r.due_no + p.value
  where r.from_no < s.day_no and s.day_no <= r.to_no
  union all
  select r.bill_id, r.customer_id, 2 as step, r.due_on, s.day as step_on, r.project, r.disputed_from, r.disputed_to
  from overdue r
  join rule_params p on p.name = 'dunning_step_2_days' and p.valid_from <= r.due_on and r.due_on < p.valid_to
  join calendar_days s on s.day_no = r.due_no + p.value
  where r.from_no < s.day_no and s.day_no <= r.to_no
  union all
  select r.bill_id, r.customer_id, 3 as step, r.due_on, s.day as step_on, r.project, r.disputed_from, r.disputed_to
  from overdue r
  join rule_params p on p.name = 'dunning_step_3_days' and p.valid_from <= r.due_on and r.due_on < p.valid_to
  join calendar_days s on s.day_no = r.due_no + p.value
  where r.from_no < s.day_no and s.day_no <= r.to_no
), recorded as ( -- steps that nothing asks for
  select u.bill_id, i.customer_id, u.step, u.due_on as step_on,
    case when p.value is null and q.value is null and o.value is null then 'rule_unset' end as excluded_reason
  from stg_dunning u
  join fct_invoices i on i.bill_id = u.bill_id
  left join rule_params p on p.name = 'dunning_step_1_days' and u.step = 1 and p.valid_from <= i.due_on and i.due_on < p.valid_to
  left join rule_params q on q.name = 'dunning_step_2_days' and u.step = 2 and q.valid_from <= i.due_on and i.due_on < q.valid_to
  left join rule_params o on o.name = 'dunning_step_3_days' and u.step = 3 and o.valid_from <= i.due_on and i.due_on < o.valid_to
  where p.value is null and q.value is null and o.value is null
), settled as (
  select bill_id, case when max(to_on) < date '2199-12-31' then max(to_on) end as settled_on
  from fct_receivables
  group by bill_id
), judged as (
  select o.bill_id, o.customer_id, o.step, o.step_on, u.done_on, s.settled_on,
    case when o.project then 'project' when o.disputed_from <= o.step_on and o.step_on < o.disputed_to then 'in_dispute' end as excluded_reason
  from owed o
  join settled s on s.bill_id = o.bill_id
  left join stg_dunning u on u.bill_id = o.bill_id and u.step = o.step
  union all
  select bill_id, customer_id, step, step_on, cast(null as date), cast(null as date), excluded_reason
  from recorded
)
select j.bill_id, j.step, j.customer_id, j.step_on, j.done_on, j.settled_on, coalesce(j.done_on <= j.step_on, false) as is_met, j.excluded_reason,
  coalesce(a.account_no, 0) as account_no
from judged j
left join dim_accounts a on a.customer_id = j.customer_id and a.valid_from <= case when j.done_on < j.step_on then j.done_on else j.step_on end
  and case when j.done_on < j.step_on then j.done_on else j.step_on end < a.valid_to
