-- about: one row per month, quarter, half year or year that has ended and customer who on its first day was active and under
--   a visiting cadence (its own, else its tier's): whether (0/1) an approved plan that was there by then
--   overlaps the window that holds the day.
--   excluded_reason: rule_unset, waived
-- materialized: view
with period as (
  select p.period_kind, p.starts_on, p.ends_on
  from calendar_periods p
  cross join run_info r
  where p.period_kind in ('month', 'quarter', 'half', 'year') and p.ends_on <= r.as_of_on
), owing as (
  select p.period_kind, p.starts_on, p.ends_on, e.customer_id, e.manager_id, e.unassigned_reason, e.team, e.region, e.tier,
    case when c.customer_id is not null then c.required else t.required end as required,
    case when c.customer_id is not null then c.window_months else t.window_months end as window_months
  from period p
  join fct_exposure e on e.from_day <= p.starts_on and p.starts_on < e.to_day
  left join rule_cadences c on c.kind = 'visit' and c.customer_id = e.customer_id and c.valid_from <= p.starts_on and p.starts_on < c.valid_to
  left join rule_cadences t on t.kind = 'visit' and t.tier = e.tier and t.valid_from <= p.starts_on and p.starts_on < t.valid_to
  where c.customer_id is not null or e.tier is not null
), judged as (
  select o.period_kind, o.starts_on, o.ends_on, o.customer_id, o.manager_id, o.unassigned_reason, o.team, o.region, o.tier,
    o.window_months, max(case when v.customer_id is not null then 1 else 0 end) as is_planned, max(case when x.customer_id is not null then 1 else 0 end) as is_waived
  from owing o
  left join dim_windows w on w.window_months = o.window_months and w.month_on = o.starts_on
  left join fct_visit_papers v on v.paper = 'plan' and v.customer_id = o.customer_id and v.window_start < w.window_to and w.window_from <= v.window_end
    and coalesce(v.planned_on, date '1900-01-01') <= o.starts_on
  left join fct_visit_papers x on x.paper = 'waiver' and x.customer_id = o.customer_id and x.window_start <= o.starts_on and o.starts_on <= x.window_end
  where o.required is null or o.required > 0
  group by o.period_kind, o.starts_on, o.ends_on, o.customer_id, o.manager_id, o.unassigned_reason, o.team, o.region, o.tier,
    o.required, o.window_months
)
select period_kind, starts_on, ends_on, customer_id, manager_id, unassigned_reason, team, region, tier, is_planned,
  case when window_months is null then 'rule_unset' when is_waived = 1 then 'waived' end as excluded_reason
from judged
