-- about: one row per invoice and stretch of days [from_on, to_on) at whose end the same amount, above zero, is still open:
--   the amount, less what corrects it and what was paid and written off by then, plus what was reversed. Most invoices are
--   paid at once and are one stretch: only the others are worked out day by day
-- order: from_on
with paid as (
  select bill_id, count(*) as payments, sum(amount_fen) as paid_fen, min(paid_on) as paid_on, count(reversed_on) as reversals
  from stg_cash
  group by bill_id
), sorted as (
  select i.*, p.paid_on,
    i.corrected_fen = 0 and w.bill_id is null and (p.bill_id is null or p.payments = 1 and p.reversals = 0 and p.paid_fen >= i.amount_fen) as is_plain
  from fct_invoices i
  left join paid p on p.bill_id = i.bill_id
  left join stg_writeoffs w on w.bill_id = i.bill_id
), movement as (
  select bill_id, issued_on as day, amount_fen as fen from sorted where not is_plain
  union all
  select c.ref_bill, c.issued_on, c.amount_fen from fct_bills c where c.ref_bill is not null
  union all
  select bill_id, moved_on, -fen from fct_cash
  union all
  select bill_id, written_off_on, -written_off_fen from stg_writeoffs
), daily as ( -- nothing moves before the bill is there
  select m.bill_id, case when m.day < s.issued_on then s.issued_on else m.day end as day, sum(m.fen) as fen
  from movement m
  join sorted s on s.bill_id = m.bill_id and not s.is_plain
  group by m.bill_id, case when m.day < s.issued_on then s.issued_on else m.day end
), running as (
  select bill_id, day as from_on, lead(day, 1, date '2199-12-31') over (partition by bill_id order by day nulls last) as to_on,
    sum(fen) over (partition by bill_id order by day nulls last rows between unbounded preceding and current row) as open_fen
  from daily
), open_stretch as (
  select bill_id, issued_on as from_on, coalesce(paid_on, date '2199-12-31') as to_on, amount_fen as open_fen
  from sorted
  where is_plain and (paid_on is null or paid_on > issued_on)
  union all
  select bill_id, from_on, to_on, open_fen from running where open_fen > 0
)
select o.bill_id, s.customer_id, s.due_on, s.disputed_from, s.disputed_to, s.project, o.from_on, o.to_on, cast(o.open_fen as bigint) as open_fen
from open_stretch o
join sorted s on s.bill_id = o.bill_id
