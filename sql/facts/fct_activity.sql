-- about: one row per customer and stretch of days [valid_from, valid_to) in which it is active: at least one service
--   runs and it is not churned by the zero-revenue rule (no recurring revenue for churn_zero_months account months in a
--   row, recognised when the last of them closes; active again when a month with revenue closes). ended_why is cancelled,
--   moved_out, merged or zero_revenue, NULL while it goes on; lost_on is the day the loss was decided: the last active
--   day, or the first day of the first month without revenue
-- order: customer_id, valid_from
with month as (
  select first_ym as ym, starts_on, ends_on, row_number() over (order by first_ym nulls last) as month_no
  from calendar_periods where period_kind = 'month'
), horizon as (
  select max(m.month_no) as last_no from fct_revenue_months v join month m on m.ym = v.ym cross join run_info r where m.ends_on <= r.as_of_on
), billed as (
  select v.customer_id, m.month_no,
    lead(m.month_no) over (partition by v.customer_id order by m.month_no nulls last) as next_no
  from fct_revenue_months v
  join month m on m.ym = v.ym
  where v.revenue_fen > 0
), churn as (
  select b.customer_id, z.starts_on as lost_on, e.starts_on as valid_from, coalesce(n.ends_on, date '2199-12-31') as valid_to
  from billed b
  cross join horizon h
  join month z on z.month_no = b.month_no + 1
  join rule_params p on p.name = 'churn_zero_months' and p.valid_from <= z.starts_on and z.starts_on < p.valid_to
  join month e on e.month_no = b.month_no + 1 + p.value
  left join month n on n.month_no = b.next_no
  where b.month_no + p.value <= h.last_no and (b.next_no is null or b.month_no + 1 + p.value <= b.next_no)
), service as (
  select s.customer_id, s.started_on as valid_from,
    case when coalesce(m.valid_to, date '2199-12-31') < s.stops_on then m.valid_to else s.stops_on end as valid_to
  from stg_services s
  left join (select customer_id, min(valid_to) as valid_to from stg_customer_ends group by customer_id) m on m.customer_id = s.customer_id
), running as ( -- Services of one customer that start and end together are one row: their order would not be defined.
  select customer_id, valid_from, valid_to,
    max(valid_to) over (partition by customer_id order by valid_from nulls last, valid_to nulls last rows between unbounded preceding and 1 preceding) as so_far
  from (select distinct customer_id, valid_from, valid_to from service where valid_from < valid_to) s
), grouped as (
  select customer_id, valid_from, valid_to,
    sum(case when so_far >= valid_from then 0 else 1 end) over (
      partition by customer_id order by valid_from nulls last, valid_to nulls last rows between unbounded preceding and current row) as group_no
  from running
), served as (
  select customer_id, min(valid_from) as valid_from, max(valid_to) as valid_to from grouped group by customer_id, group_no
), bound as (
  select customer_id, valid_from as day from served
  union select customer_id, valid_to from served
  union select customer_id, valid_from from churn
  union select customer_id, valid_to from churn
), span as (
  select customer_id, day as valid_from, lead(day) over (partition by customer_id order by day nulls last) as valid_to from bound
)
select s.customer_id, s.valid_from, s.valid_to,
  case when s.valid_to = date '2199-12-31' then null
    when ending.why is not null and s.valid_to = v.valid_to then ending.why
    when s.valid_to = v.valid_to then 'cancelled'
    else 'zero_revenue' end as ended_why,
  case when s.valid_to = date '2199-12-31' then null
    when ending.why = 'merged' and s.valid_to = v.valid_to then s.valid_to
    when s.valid_to = v.valid_to then cast(s.valid_to - interval '1' day as date)
    else next_churn.lost_on end as lost_on
from span s
join served v on v.customer_id = s.customer_id and v.valid_from <= s.valid_from and s.valid_from < v.valid_to
left join churn c on c.customer_id = s.customer_id and c.valid_from <= s.valid_from and s.valid_from < c.valid_to
left join churn next_churn on next_churn.customer_id = s.customer_id and next_churn.valid_from = s.valid_to
left join stg_customer_ends ending on ending.customer_id = s.customer_id and ending.valid_to = s.valid_to
where s.valid_to is not null and c.customer_id is null
