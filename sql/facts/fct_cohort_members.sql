-- about: one row per month, quarter, half year or year that has ended and customer active on its first day: the list frozen at the
--   period's start (拍照). is_retained: active on the day the period is closed, a customer merged by then when its
--   survivor is. lost_on is the day the loss was decided. excluded_reason: moved_out, split, unassigned_at_start, rule_unset
-- order: period_kind, starts_on, customer_id
with period as (
  select p.period_kind, p.period, p.starts_on, p.ends_on, p.first_ym, p.last_ym, p.days
  from calendar_periods p
  cross join stg_span s
  where p.period_kind in ('month', 'quarter', 'half', 'year') and s.first_on <= p.starts_on and p.ends_on <= s.end_on
), member as (
  select p.period_kind, p.period, p.starts_on, p.ends_on, p.first_ym, p.last_ym, p.days, a.customer_id,
    case when p.ends_on < a.valid_to then 1 else 0 end as is_retained
  from period p
  join fct_activity a on a.valid_from <= p.starts_on and p.starts_on < a.valid_to
), stopped as (
  select m.period_kind, m.starts_on, m.ends_on, m.customer_id, a.lost_on, a.ended_why, row_number() over (
      partition by m.period_kind, m.starts_on, m.customer_id order by a.valid_to desc nulls last) as place
  from member m
  join fct_activity a on a.customer_id = m.customer_id and m.starts_on < a.valid_to and a.valid_to <= m.ends_on
  where m.is_retained = 0
), returned as (
  select s.period_kind, s.starts_on, s.customer_id, s.lost_on, s.ended_why,
    case when still.customer_id is not null then 1
      when f.follows_id <> s.customer_id and other.customer_id is not null then 1 else 0 end as is_back
  from stopped s
  left join stg_follows f on f.customer_id = s.customer_id and f.valid_from <= s.ends_on and s.ends_on < f.valid_to
  left join fct_activity still on still.customer_id = s.customer_id and still.valid_from <= s.ends_on and s.ends_on < still.valid_to
  left join fct_activity other on other.customer_id = f.follows_id and other.valid_from <= s.ends_on and s.ends_on < other.valid_to
  where s.place = 1
), ending as (
  select m.period_kind, m.period, m.starts_on, m.ends_on, m.first_ym, m.last_ym, m.days, m.customer_id,
    r.lost_on, r.ended_why, f.follows_id as survivor_id,
    case when m.is_retained = 1 or r.is_back = 1 then 1 else 0 end as is_retained
  from member m
  left join returned r on r.period_kind = m.period_kind and r.starts_on = m.starts_on and r.customer_id = m.customer_id
  left join stg_follows f on f.customer_id = m.customer_id and f.valid_from < m.ends_on and m.ends_on <= f.valid_to
)
select e.period_kind, e.period, e.starts_on, e.ends_on, e.first_ym, e.last_ym, e.days, e.customer_id,
  coalesce(e.survivor_id, e.customer_id) as survivor_id, e.is_retained,
  case when e.is_retained = 0 then e.lost_on end as lost_on, case when e.is_retained = 0 then e.ended_why end as ended_why,
  case when g.name is null then 'rule_unset'
    when e.is_retained = 0 and e.ended_why = 'moved_out' then 'moved_out'
    when c.split_from is not null then 'split'
    when a.manager_id is null then 'unassigned_at_start' end as excluded_reason,
  a.manager_id, case when a.manager_id is null then coalesce(a.unassigned_reason, 'no_owner') end as unassigned_reason,
  a.team, a.region, a.tier
from ending e
left join dim_customers c on c.customer_id = e.customer_id
left join dim_accounts a on a.customer_id = e.customer_id and a.valid_from <= e.starts_on and e.starts_on < a.valid_to
left join rule_params g on g.name = 'churn_zero_months' and g.valid_from <= e.starts_on and e.starts_on < g.valid_to
