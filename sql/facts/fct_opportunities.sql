-- about: one row per opportunity; ended_on is the day on which it was won or lost, or that on which it had been open for
--   opportunity_open_days without a decision: then it is lost, whatever comes later. NULL while it is open.
--   account_no is the customer's account on that day (open: on the day it was opened)
-- order: opened_on
-- key: opportunity_id
with ended as (
  select s.opportunity_id, s.customer_id, s.opened_on, s.amount_fen, g.value is null as is_unset,
    case when g.value is null then s.decided_on
      when d.day_no <= o.day_no + g.value then s.decided_on
      when e.day < r.as_of_on then e.day end as ended_on,
    case when g.value is null or d.day_no <= o.day_no + g.value then s.is_won else false end as is_won
  from stg_opportunities s
  cross join run_info r
  join calendar_days o on o.day = s.opened_on
  left join rule_params g on g.name = 'opportunity_open_days' and g.valid_from <= s.opened_on and s.opened_on < g.valid_to
  left join calendar_days d on d.day = s.decided_on
  left join calendar_days e on e.day_no = o.day_no + g.value
)
select e.opportunity_id, e.customer_id, e.opened_on, e.amount_fen, e.is_unset, e.ended_on, e.is_won,
  coalesce(a.account_no, 0) as account_no
from ended e
left join dim_accounts a on a.customer_id = e.customer_id and a.valid_from <= coalesce(e.ended_on, e.opened_on)
  and coalesce(e.ended_on, e.opened_on) < a.valid_to
