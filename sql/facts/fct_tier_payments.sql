-- about: one row per quarter and customer with how it paid in the months by which it is rated: due_fen and on_time_fen of the
--   invoices whose last day of grace lies in them (those that I1 counts), the most days that an invoice was overdue in them
--   (overdue_days), and of those still open when the quarter ends the most days overdue (arrears_days). An invoice in dispute
--   on the last day on which it was open is left out of the days; so are project invoices
-- order: quarter, customer_id
-- key: quarter, customer_id
with due as (
  select m.quarter, m.customer_id, sum(c.due_fen) as due_fen, sum(c.paid_fen) as on_time_fen,
    max(case when c.excluded_reason = 'rule_unset' then 1 else 0 end) as is_unset
  from stg_tier_members m
  join stg_tier_quarters q on q.quarter = m.quarter
  join fct_collections c on c.customer_id = m.member_id and q.window_from <= c.last_on and c.last_on < q.ends_on
  cross join run_info r
  where c.last_on < r.as_of_on and (c.excluded_reason is null or c.excluded_reason = 'rule_unset')
  group by m.quarter, m.customer_id
), open_until as (
  select m.quarter, m.customer_id, q.last_on, r.due_on, r.disputed_from, r.disputed_to, r.to_on,
    case when r.to_on < q.ends_on then r.to_on else q.last_on end as until_on,
    case when r.to_on < q.ends_on then cast(r.to_on - interval '1' day as date) else q.last_on end as open_on
  from stg_tier_members m
  join stg_tier_quarters q on q.quarter = m.quarter
  join fct_receivables r on r.customer_id = m.member_id and r.from_on < q.ends_on and q.window_from < r.to_on
  where not r.project
), overdue as (
  select o.quarter, o.customer_id, max(u.day_no - d.day_no) as overdue_days,
    max(case when o.to_on > o.last_on then u.day_no - d.day_no end) as arrears_days
  from open_until o
  join calendar_days d on d.day = o.due_on
  join calendar_days u on u.day = o.until_on
  where o.due_on < o.until_on and not coalesce(o.disputed_from <= o.open_on and o.open_on < o.disputed_to, false)
  group by o.quarter, o.customer_id
), rated as (
  select quarter, customer_id from due
  union
  select quarter, customer_id from overdue
)
select r.quarter, r.customer_id, cast(d.due_fen as bigint) as due_fen, cast(d.on_time_fen as bigint) as on_time_fen,
  cast(coalesce(o.overdue_days, 0) as bigint) as overdue_days, cast(o.arrears_days as bigint) as arrears_days,
  coalesce(d.is_unset, 0) = 1 as is_unset
from rated r
left join due d on d.quarter = r.quarter and d.customer_id = r.customer_id
left join overdue o on o.quarter = r.quarter and o.customer_id = r.customer_id
