-- about: one row per payment that stands on the run's business day (made by then, not reversed by then)
select p.payment_id, p.bill_id, p.paid_on, p.amount_fen, p.reversed_on
from raw.payments p
cross join run_info r
where p.superseded_by is null and p.paid_on <= r.as_of_on and (p.reversed_on is null or p.reversed_on > r.as_of_on)
