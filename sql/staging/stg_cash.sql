-- about: one row per payment made by the run's business day, with the day on which it was reversed, where that has
--   come; not before the payment, whatever a file says
select p.payment_id, p.bill_id, p.paid_on, p.amount_fen, case when p.reversed_on <= r.as_of_on then greatest(p.reversed_on, p.paid_on) end as reversed_on
from raw.payments p
cross join run_info r
where p.superseded_by is null and p.paid_on <= r.as_of_on
