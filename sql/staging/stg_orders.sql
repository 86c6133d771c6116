-- about: one row per order signed by the run's business day, with what was known of it by then. weighted_fen is its monthly
--   revenue times the percentage that its product has (or other products have) by the rule of the day it was signed
select o.order_id, o.customer_id, o.product, o.signed_on, o.monthly_fen, coalesce(o.is_migration, false) as is_migration,
  coalesce(o.green_channel, false) as is_green, o.due_on,
  case when o.activated_on <= r.as_of_on then o.activated_on end as activated_on,
  case when o.cancelled_on <= r.as_of_on then o.cancelled_on end as cancelled_on,
  coalesce(p.value, a.value) as weight,
  cast(round(o.monthly_fen * coalesce(p.value, a.value) / cast(100 as decimal(18, 4))) as bigint) as weighted_fen
from raw.orders o
cross join run_info r
left join rule_weights p on p.name = 'new_business' and p.item = o.product and p.valid_from <= o.signed_on and o.signed_on < p.valid_to
left join rule_weights a on a.name = 'new_business' and a.item = 'other' and a.valid_from <= o.signed_on and o.signed_on < a.valid_to
where o.superseded_by is null and o.signed_on <= r.as_of_on
