-- about: one row per customer, product, metric and month that has ended with what was used in it: what was to be expected
--   (the same month last year, moved by the median growth of all customers with this product and metric), how far it is
--   from that (deviation_bp, parts of 10,000), and whether that is flagged: by more than usage_change_percent and by more
--   than usage_robust_deviations times the robust deviation of the group (robust_bp). excluded_reason says why a month is
--   not judged: rule_unset, no_year_ago (nothing to compare with), small_group (fewer than usage_group_min compared).
--   account_no is the customer's account on the month's last day
-- order: month_on, customer_id
with judged as (
  select u.*, s.robust_bp, c.value as change_percent, d.value as deviations, a.account_no,
    case when c.value is null or d.value is null or g.value is null then 'rule_unset'
      when u.deviation_bp is null then 'no_year_ago'
      when u.members < g.value then 'small_group' end as excluded_reason
  from stg_usage u
  left join stg_usage_spread s on s.product = u.product and s.metric = u.metric and s.month_no = u.month_no
  left join rule_params c on c.name = 'usage_change_percent' and c.valid_from <= u.last_on and u.last_on < c.valid_to
  left join rule_params d on d.name = 'usage_robust_deviations' and d.valid_from <= u.last_on and u.last_on < d.valid_to
  left join rule_params g on g.name = 'usage_group_min' and g.valid_from <= u.last_on and u.last_on < g.valid_to
  left join dim_accounts a on a.customer_id = u.customer_id and a.valid_from <= u.last_on and u.last_on < a.valid_to
)
select customer_id, product, metric, ym, month_no, month_on, last_on, value, before_value, trend_bp, members, expected, deviation_bp, robust_bp,
  case when excluded_reason is null then abs(deviation_bp) > 100 * change_percent and abs(deviation_bp) > deviations * robust_bp
    else false end as is_flagged,
  excluded_reason, coalesce(account_no, 0) as account_no
from judged
