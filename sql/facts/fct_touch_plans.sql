-- about: one row per planned contact, also of windows that have not ended, with the account that answers for it: that of the day on which
--   it was done, else of the window's last day. excluded_reason: waived, planned_late (planned after its window began:
--   a plan cannot be written to fit the result)
-- key: duty_id
with planned as (
  select t.*, cast(t.done_at as date) as done_on
  from stg_touch_plans t
), judged as (
  select e.*, e.window_start <= e.done_on and e.done_on <= e.window_end as is_met,
    case when e.done_on < e.window_end then e.done_on else e.window_end end as accountable_on
  from planned e
)
select j.duty_id, j.customer_id, j.kind, j.window_start, j.window_end, j.done_at, coalesce(j.is_met, false) as is_met,
  case when j.is_waived then 'waived' when j.planned_on > j.window_start then 'planned_late' end as excluded_reason,
  coalesce(a.account_no, 0) as account_no
from judged j
left join dim_accounts a on a.customer_id = j.customer_id and a.valid_from <= j.accountable_on and j.accountable_on < a.valid_to
