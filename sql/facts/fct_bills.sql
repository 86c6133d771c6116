-- about: one row per bill, credit note and adjustment. A credit note (and an adjustment that names a bill) is booked to
--   the bill it corrects: net_fen of the bill is what is left of it, never below 0 (the rest is a credit balance), and
--   the note's own net_fen is 0. booked_ym is the account month that net_fen belongs to; settled_on the day on which
--   standing payments reached net_fen
-- order: booked_ym
-- key: bill_id
with signed as (
  select *, case when kind = 'credit_note' then -abs(amount_fen) else amount_fen end as signed_fen from stg_bills
), correction as (
  select ref_bill, cast(sum(signed_fen) as bigint) as corrected_fen from signed where ref_bill is not null group by ref_bill
), netted as (
  select s.*, coalesce(c.corrected_fen, 0) as corrected_fen,
    case when s.ref_bill is not null then 0
      when c.ref_bill is null then s.signed_fen
      when s.signed_fen + c.corrected_fen > 0 then s.signed_fen + c.corrected_fen
      else 0 end as net_fen
  from signed s
  left join correction c on c.ref_bill = s.bill_id
), paid as (
  select bill_id, cast(sum(amount_fen) as bigint) as paid_fen, min(paid_on) as first_on, count(*) as payments
  from stg_payments
  group by bill_id
), running as (
  select p.bill_id, p.paid_on, sum(p.amount_fen) over (
      partition by p.bill_id order by p.paid_on nulls last, p.payment_id nulls last rows between unbounded preceding and current row) as paid_so_far
  from stg_payments p
  join paid m on m.bill_id = p.bill_id and m.payments > 1
), settled as (
  select n.bill_id, min(r.paid_on) as settled_on
  from netted n
  join running r on r.bill_id = n.bill_id
  where r.paid_so_far >= n.net_fen
  group by n.bill_id
)
select n.bill_id, n.customer_id, n.kind, n.ref_bill, coalesce(n.ref_ym, n.ym) as booked_ym, n.ym as account_ym,
  n.issued_on, n.due_on, n.agreed_due_on, n.disputed_from, n.disputed_to, n.recurring, n.project,
  n.signed_fen as amount_fen, n.corrected_fen, n.net_fen, coalesce(p.paid_fen, 0) as paid_fen,
  case when n.ref_bill is not null or n.net_fen <= 0 then null
    when p.payments = 1 and p.paid_fen >= n.net_fen then p.first_on else s.settled_on end as settled_on,
  coalesce(a.account_no, 0) as account_no
from netted n
left join paid p on p.bill_id = n.bill_id
left join settled s on s.bill_id = n.bill_id
left join dim_accounts a on a.customer_id = n.customer_id and a.valid_from <= n.issued_on and n.issued_on < a.valid_to
