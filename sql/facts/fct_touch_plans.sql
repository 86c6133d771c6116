-- about: one row per planned contact, also of windows that have not ended. It belongs to the owner of the longest part of the window (ruling
--   3.16), on a tie to the later one, with his last team in it; to nobody when he left before the window ended (leaver).
--   excluded_reason: waived, planned_late (planned after its window began: a plan cannot be written to fit the result)
-- key: duty_id
with planned as (
  select t.*, cast(t.done_at as date) as done_on
  from stg_touch_plans t
), spanned as ( -- a window that ends before it begins is its last day's
  select *, case when window_end < window_start then window_end else window_start end as first_on from planned
), part as (
  select e.duty_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier,
    case when a.valid_from > e.first_on then a.valid_from else e.first_on end as from_day,
    case when a.valid_to <= e.window_end then a.valid_to else cast(e.window_end + interval '1' day as date) end as to_day
  from spanned e
  join dim_accounts a on a.customer_id = e.customer_id and a.valid_from <= e.window_end and e.first_on < a.valid_to
), held as (
  select p.*,
    sum(t.day_no - f.day_no) over (partition by p.duty_id, p.manager_id, p.unassigned_reason) as days,
    max(p.to_day) over (partition by p.duty_id, p.manager_id, p.unassigned_reason) as until_day
  from part p
  join calendar_days f on f.day = p.from_day
  join calendar_days t on t.day = p.to_day
), owner as (
  select h.*, row_number() over (partition by duty_id order by days desc nulls last, until_day desc nulls last, to_day desc nulls last) as place
  from held h
), answering as (
  select e.*, o.manager_id, o.unassigned_reason, o.team, o.region, o.tier, coalesce(m.left_on < e.window_end, false) as is_gone
  from planned e
  left join owner o on o.duty_id = e.duty_id and o.place = 1
  left join (select manager_id, left_on from dim_managers where left_on is not null) m on m.manager_id = o.manager_id
)
select duty_id, customer_id, kind, window_start, window_end, done_at,
  coalesce(window_start <= done_on and done_on <= window_end, false) as is_met,
  case when is_waived then 'waived' when planned_on > window_start then 'planned_late' end as excluded_reason,
  case when is_gone then null else manager_id end as manager_id,
  case when is_gone then 'leaver' when manager_id is null then coalesce(unassigned_reason, 'no_owner') end as unassigned_reason,
  case when is_gone then null else team end as team, region, tier
from answering
