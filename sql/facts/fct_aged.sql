-- about: one row per month that has ended and customer that was billed in the twelve account months to its end or still owes
--   what fell due more than 90 days before it: aged_fen is that, revenue_fen the net bills of the twelve months. Left out
--   are project bills, and of aged_fen bills in dispute on the last day. excluded_reason: no_history (fewer than twelve account months are loaded)
-- materialized: view
with month as (
  select p.first_ym as ym, p.starts_on, p.ends_on, cast(p.ends_on - interval '1' day as date) as last_on,
    row_number() over (order by p.first_ym nulls last) as month_no
  from calendar_periods p
  where p.period_kind = 'month'
), loaded as (
  select min(m.month_no) as first_no
  from month m
  join (select min(booked_ym) as ym from fct_bills) b on b.ym = m.ym
), ended as (
  select m.*, d.day_no as last_no
  from month m
  cross join run_info r
  join calendar_days d on d.day = m.last_on
  where m.ends_on <= r.as_of_on
), part as (
  select e.last_on, e.month_no, s.customer_id, s.open_fen as aged_fen, 0 as revenue_fen
  from ended e
  join fct_receivables s on s.from_on <= e.last_on and e.last_on < s.to_on
  join calendar_days d on d.day = s.due_on
  where not s.project and e.last_no - d.day_no > 90 and not coalesce(s.disputed_from <= e.last_on and e.last_on < s.disputed_to, false)
  union all
  select e.last_on, e.month_no, b.customer_id, 0, b.net_fen
  from ended e
  join month m on e.month_no - 12 < m.month_no and m.month_no <= e.month_no
  join fct_bills b on b.booked_ym = m.ym
  where not b.project and b.issued_on <= e.last_on
), summed as (
  select last_on, month_no, customer_id, sum(aged_fen) as aged_fen, sum(revenue_fen) as revenue_fen
  from part
  group by last_on, month_no, customer_id
)
select s.last_on, s.customer_id, cast(s.aged_fen as bigint) as aged_fen, cast(s.revenue_fen as bigint) as revenue_fen,
  case when s.month_no - 11 < l.first_no then 'no_history' end as excluded_reason
from summed s
cross join loaded l
where s.aged_fen <> 0 or s.revenue_fen <> 0
