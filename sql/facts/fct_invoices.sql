-- about: one row per bill that asks for money (no credit note, no adjustment of another bill), with the day on which it falls
--   due, the agreed one where there is one, and the days [disputed_from, disputed_to) on which it is in dispute
-- materialized: view
select bill_id, customer_id, booked_ym, issued_on, coalesce(agreed_due_on, due_on) as due_on, disputed_from,
  case when disputed_from is not null then coalesce(disputed_to, date '2199-12-31') end as disputed_to, project, amount_fen, corrected_fen
from fct_bills
where ref_bill is null and kind <> 'credit_note' and amount_fen > 0
