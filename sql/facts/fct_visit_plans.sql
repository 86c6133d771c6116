-- about: one row per month, quarter, half year or year that has ended, customer who on its first day was active and under
--   a visiting cadence (its own, else its tier's), and owner, team, region and tier with the days of the period for which
--   they answer (fct_responsibility): whether (0/1) an approved plan that was there by then overlaps the window that holds
--   the day. excluded_reason: rule_unset, waived; then one row, under the owner of the first day
-- materialized: view
with period as (
  select p.period_kind, p.starts_on, p.ends_on
  from fct_cohort_periods p
  cross join run_info r
  where p.ends_on <= r.as_of_on
), owing as (
  select p.period_kind, p.starts_on, p.ends_on, e.customer_id,
    case when c.customer_id is not null then c.required else t.required end as required,
    case when c.customer_id is not null then c.window_months else t.window_months end as window_months
  from period p
  join fct_exposure e on e.from_day <= p.starts_on and p.starts_on < e.to_day
  left join rule_cadences c on c.kind = 'visit' and c.customer_id = e.customer_id and c.valid_from <= p.starts_on and p.starts_on < c.valid_to
  left join rule_cadences t on t.kind = 'visit' and t.tier = e.tier and t.valid_from <= p.starts_on and p.starts_on < t.valid_to
  where c.customer_id is not null or e.tier is not null
), judged as (
  select o.period_kind, o.starts_on, o.ends_on, o.customer_id,
    o.window_months, max(case when v.customer_id is not null then 1 else 0 end) as is_planned, max(case when x.customer_id is not null then 1 else 0 end) as is_waived
  from owing o
  left join dim_windows w on w.window_months = o.window_months and w.month_on = o.starts_on
  left join fct_visit_papers v on v.paper = 'plan' and v.customer_id = o.customer_id and v.window_start < w.window_to and w.window_from <= v.window_end
    and coalesce(v.planned_on, date '1900-01-01') <= o.starts_on
  left join fct_visit_papers x on x.paper = 'waiver' and x.customer_id = o.customer_id and x.window_start <= o.starts_on and o.starts_on <= x.window_end
  where o.required is null or o.required > 0
  group by o.period_kind, o.starts_on, o.ends_on, o.customer_id, o.required, o.window_months
), dated as (
  select j.*, f.day_no as from_no, t.day_no as to_no,
    case when j.window_months is null then 'rule_unset' when j.is_waived = 1 then 'waived' end as excluded_reason
  from judged j
  join calendar_days f on f.day = j.starts_on
  join calendar_days t on t.day = j.ends_on
)
select d.period_kind, d.starts_on, d.ends_on, d.customer_id, w.manager_id, w.unassigned_reason, w.team, w.region, w.tier,
  cast(case when h.to_no < d.to_no then h.to_no else d.to_no end - case when h.from_no > d.from_no then h.from_no else d.from_no end as bigint) as days,
  d.is_planned, d.excluded_reason
from dated d
join fct_responsibility h on h.customer_id = d.customer_id and h.from_no < d.to_no and d.from_no < h.to_no
join dim_owners w on w.owner_no = h.owner_no
where d.excluded_reason is null or h.from_no <= d.from_no
