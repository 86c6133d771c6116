-- about: one row per order; account_no is the customer's account on the day it was signed: whoever owned the customer then has
--   the credit. clawed_on is the day an order was cancelled within clawback_days after its activation (the activation's
--   where it was cancelled before it); due_on that of the
--   order, else the end of the provisioning limit (in days) from the signing on, of the tier of that day
-- order: signed_on
-- key: order_id
with limited as ( -- an order is no case: the limit of an ordinary request
  select tier, valid_from, valid_to, limit_days, clock
  from rule_limits
  where rule = 'provisioning' and kind = 'request' and severity = 'normal'
)
select s.order_id, s.customer_id, s.signed_on, s.monthly_fen, s.weight, s.weighted_fen, s.is_migration, s.is_green, s.activated_on, s.cancelled_on,
  coalesce(s.due_on, case when l.clock = 'working' then w.day else c.day end) as due_on,
  case when x.day_no <= a.day_no then s.activated_on when x.day_no <= a.day_no + g.value then s.cancelled_on end as clawed_on,
  s.activated_on is not null and g.value is null as clawback_unset,
  coalesce(o.account_no, 0) as account_no
from stg_orders s
left join dim_accounts o on o.customer_id = s.customer_id and o.valid_from <= s.signed_on and s.signed_on < o.valid_to
left join calendar_days d on d.day = s.signed_on
left join limited l on l.tier = coalesce(o.tier, 0) and l.valid_from <= s.signed_on and s.signed_on < l.valid_to
left join calendar_days c on c.day_no = d.day_no + l.limit_days
left join calendar_days w on w.work_no = d.work_no + l.limit_days and w.is_workday
left join rule_params g on g.name = 'clawback_days' and g.valid_from <= s.signed_on and s.signed_on < g.valid_to
left join calendar_days a on a.day = s.activated_on
left join calendar_days x on x.day = s.cancelled_on
