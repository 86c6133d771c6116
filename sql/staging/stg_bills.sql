-- about: one row per bill, credit note and adjustment known by the run's business day
-- materialized: table
select b.bill_id, b.customer_id, b.account_month as ym, b.issued_on, b.due_on, b.agreed_due_on, b.disputed_from, b.disputed_to,
  coalesce(b.kind, 'normal') as kind, b.amount_fen, t.bill_id as ref_bill,
  coalesce(b.project, t.project, false) as project,
  case when t.bill_id is not null then coalesce(t.recurring, not coalesce(t.project, false))
    else coalesce(b.recurring, not coalesce(b.project, false)) end as recurring
from raw.bills b
cross join run_info r
left join (
  select bill_id, project, recurring from raw.bills where superseded_by is null and coalesce(kind, 'normal') = 'normal'
) t on t.bill_id = case when b.kind in ('credit_note', 'adjust') then b.ref_bill end
where b.superseded_by is null and b.issued_on <= r.as_of_on
