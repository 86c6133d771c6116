-- about: one row per activation of an order and, when it was cancelled within clawback_days, one more that takes it back on the
--   day of the cancellation; fen is weighted. The owner of the day of signing has the credit and the claw-back
-- order: day
-- key: subject_id
with judged as (
  select *, case when is_migration then 'migration'
      when monthly_fen is null then 'no_amount'
      when weight is null or clawback_unset then 'rule_unset' end as excluded_reason
  from fct_orders
  where activated_on is not null
)
select order_id as subject_id, 'order' as subject_kind, customer_id, signed_on, activated_on, activated_on as day,
  weighted_fen as fen, excluded_reason, account_no
from judged
union all
select order_id || '/clawback', 'clawback', customer_id, signed_on, activated_on, clawed_on, -weighted_fen, excluded_reason,
  account_no
from judged
where clawed_on is not null
