-- about: one row per customer and stretch of days in which it is active that reaches into the span of the loaded events: from
--   when it is observed (entry_days) and when it ended, in days since the customer came (tenure); a customer that was
--   there when the data begin is observed from then on only (left truncation), and one that came back from its return.
--   left_on is the first day without it: of a loss without revenue the first day of the first month without; known_from
--   the day from which the end is recognised, both NULL while the stretch goes on. account_no is that of the day before left_on
-- order: customer_id
with spell as (
  select a.customer_id, a.valid_from, case when a.ended_why is not null then a.valid_to end as known_from, a.ended_why,
    case when a.ended_why = 'zero_revenue' then a.lost_on when a.ended_why is not null then a.valid_to end as left_on,
    min(a.valid_from) over (partition by a.customer_id) as first_from, p.first_on,
    case when a.valid_from > p.first_on then a.valid_from else p.first_on end as entry_on
  from fct_activity a
  cross join stg_span p
  where p.first_on < a.valid_to and a.valid_from < p.end_on
), dated as (
  select s.*, case when c.first_active_on < s.first_from then c.first_active_on else s.first_from end as came_on, c.split_from
  from spell s
  left join dim_customers c on c.customer_id = s.customer_id
)
select d.customer_id, d.valid_from, d.known_from, d.left_on, d.ended_why, d.split_from is not null as is_split,
  o.day_no as came_no, cast(e.day_no - o.day_no as bigint) as entry_days, cast(l.day_no - o.day_no as bigint) as left_days,
  a.account_no
from dated d
left join calendar_days o on o.day = d.came_on
left join calendar_days e on e.day = d.entry_on
left join calendar_days l on l.day = d.left_on
left join dim_accounts a on a.customer_id = d.customer_id and a.valid_from < d.left_on and d.left_on <= a.valid_to
