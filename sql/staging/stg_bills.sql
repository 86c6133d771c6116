-- about: one row per bill, credit note and adjustment known by the run's business day
-- materialized: table
with corrected as ( -- the bills that credit notes and adjustments name
  select distinct b.bill_id, b.account_month, b.issued_on, b.project, b.recurring
  from raw.bills b
  join raw.bills n on n.ref_bill = b.bill_id
  where b.superseded_by is null and coalesce(b.kind, 'normal') = 'normal' and n.superseded_by is null and n.kind in ('credit_note', 'adjust')
)
select b.bill_id, b.customer_id, b.account_month as ym, case when t.issued_on <= r.as_of_on then t.account_month end as ref_ym, b.issued_on, b.due_on, b.agreed_due_on,
  b.disputed_from, b.disputed_to, coalesce(b.kind, 'normal') as kind, b.amount_fen, t.bill_id as ref_bill,
  coalesce(b.project, t.project, false) as project,
  case when t.bill_id is not null then coalesce(t.recurring, not coalesce(t.project, false))
    else coalesce(b.recurring, not coalesce(b.project, false)) end as recurring
from raw.bills b
cross join run_info r
left join corrected t on t.bill_id = case when b.kind in ('credit_note', 'adjust') then b.ref_bill end
where b.superseded_by is null and b.issued_on <= r.as_of_on
