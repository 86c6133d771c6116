-- about: one row per movement of cash on a bill: a payment on the day it was paid, and the same amount below zero on the day it
--   was reversed. Cash on a bill that has been written off is after_writeoff: shown, but no recovery (edge 23)
-- order: moved_on
with moved as (
  select payment_id, bill_id, paid_on as moved_on, paid_on, amount_fen as fen from stg_cash
  union all
  select payment_id, bill_id, reversed_on, paid_on, -amount_fen from stg_cash where reversed_on is not null
)
select m.payment_id, m.bill_id, m.moved_on, m.fen, coalesce(w.written_off_on <= m.paid_on, false) as after_writeoff
from moved m
left join stg_writeoffs w on w.bill_id = m.bill_id
