-- about: one row per customer, item of the service plan and calendar-aligned window that has ended: how often the item was
--   owed (the cadence of the customer, else of the tier that it had on the window's first day, so that a plan is attached
--   when a tier takes effect and holds from the next window on), and on how many days it was delivered. Only windows in
--   which the customer was active throughout. account_no is the customer's account on the window's last day
-- order: last_on
with cadence as (
  select kind, tier, customer_id, valid_from, valid_to, window_months, required from rule_cadences
), held as (
  select a.customer_id, a.tier, w.window_months, w.starts_on, w.last_on
  from stg_windows w
  join dim_accounts a on a.valid_from <= w.starts_on and w.starts_on < a.valid_to
  join fct_activity v on v.customer_id = a.customer_id and v.valid_from <= w.starts_on and w.last_on < v.valid_to
  cross join stg_span s
  where w.ends_on <= s.end_on and w.window_months in (select window_months from rule_cadences)
), owed as (
  select h.customer_id, h.tier, o.kind as item, h.window_months, h.starts_on, h.last_on, o.required
  from held h
  join cadence o on o.customer_id = h.customer_id and o.window_months = h.window_months and o.valid_from <= h.starts_on and h.starts_on < o.valid_to
  where o.required > 0
  union all
  select h.customer_id, h.tier, t.kind, h.window_months, h.starts_on, h.last_on, t.required
  from held h
  join cadence t on t.tier = h.tier and t.window_months = h.window_months and t.valid_from <= h.starts_on and h.starts_on < t.valid_to
  left join cadence o on o.customer_id = h.customer_id and o.kind = t.kind and o.valid_from <= h.starts_on and h.starts_on < o.valid_to
  where t.required > 0 and o.kind is null
), delivered as (
  select o.customer_id, o.item, o.window_months, o.starts_on, count(distinct d.done_on) as times
  from owed o
  join fct_service_deliveries d on d.customer_id = o.customer_id and d.item = o.item and o.starts_on <= d.done_on and d.done_on <= o.last_on
  group by o.customer_id, o.item, o.window_months, o.starts_on
)
select o.customer_id, o.tier, o.item, o.window_months, o.starts_on, o.last_on, cast(o.required as bigint) as owed,
  cast(coalesce(d.times, 0) as bigint) as times,
  cast(case when coalesce(d.times, 0) < o.required then coalesce(d.times, 0) else o.required end as bigint) as done,
  coalesce(a.account_no, 0) as account_no
from owed o
left join delivered d on d.customer_id = o.customer_id and d.item = o.item and d.window_months = o.window_months and d.starts_on = o.starts_on
left join dim_accounts a on a.customer_id = o.customer_id and a.valid_from <= o.last_on and o.last_on < a.valid_to
