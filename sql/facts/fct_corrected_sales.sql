-- about: one row per invoice that was corrected and day on which what it asks for changed, with by how much: the amount when it is
--   issued, and what a correction adds or takes off. It never asks for less than nothing (edge 20: the rest is a credit balance), so what a
--   correction takes off beyond that is not in it. A correction dated before the invoice counts on the day of its issue
-- order: day
with movement as (
  select i.bill_id, i.issued_on as day, i.amount_fen as fen from fct_invoices i where i.corrected_fen <> 0
  union all
  select c.ref_bill, case when c.issued_on < i.issued_on then i.issued_on else c.issued_on end, c.amount_fen
  from fct_bills c
  join fct_invoices i on i.bill_id = c.ref_bill
  where i.corrected_fen <> 0
), daily as (
  select bill_id, day, sum(fen) as fen from movement group by bill_id, day
), running as (
  select bill_id, day, sum(fen) over (partition by bill_id order by day nulls last rows between unbounded preceding and current row) as fen
  from daily
), asked as (
  select bill_id, day, case when fen > 0 then fen else 0 end as fen from running
), change as (
  select bill_id, day, fen - lag(fen, 1, 0) over (partition by bill_id order by day nulls last) as fen from asked
)
select c.bill_id, i.customer_id, i.project, i.disputed_from, i.disputed_to, c.day, cast(c.fen as bigint) as asked_fen
from change c
join fct_invoices i on i.bill_id = c.bill_id
where c.fen <> 0
