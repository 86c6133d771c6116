-- about: one row per month, quarter, half year or year that has ended, customer who on its first day was active and under
--   a visiting cadence (its own, else its tier's), and owner, team, region and tier (owner_no) with the days of the period
--   for which they answer (fct_responsibility): whether (0/1) an approved plan that was there by then overlaps the window that holds
--   the day. excluded_reason: rule_unset, waived; then one row, under the owner of the first day
-- order: period_kind, starts_on
with period as (
  select p.period_kind, p.starts_on, p.ends_on, f.day_no as from_no, t.day_no as to_no
  from fct_cohort_periods p
  cross join run_info r
  join calendar_days f on f.day = p.starts_on
  join calendar_days t on t.day = p.ends_on
  where p.ends_on <= r.as_of_on
), owing as (
  select p.period_kind, p.starts_on, p.ends_on, p.from_no, p.to_no, e.customer_id,
    case when c.customer_id is not null then c.required else t.required end as required,
    case when c.customer_id is not null then c.window_months else t.window_months end as window_months
  from period p
  join fct_exposure e on e.from_day <= p.starts_on and p.starts_on < e.to_day
  left join rule_cadences c on c.kind = 'visit' and c.customer_id = e.customer_id and c.valid_from <= p.starts_on and p.starts_on < c.valid_to
  left join rule_cadences t on t.kind = 'visit' and t.tier = e.tier and t.valid_from <= p.starts_on and p.starts_on < t.valid_to
  where c.customer_id is not null or e.tier is not null
), planned as (
  select distinct o.starts_on, o.customer_id, o.window_months
  from owing o
  join dim_windows w on w.window_months = o.window_months and w.month_on = o.starts_on
  join fct_visit_papers v on v.paper = 'plan' and v.customer_id = o.customer_id and v.window_start < w.window_to and w.window_from <= v.window_end
    and coalesce(v.planned_on, date '1900-01-01') <= o.starts_on
), waived as (
  select distinct p.starts_on, x.customer_id
  from period p
  join fct_visit_papers x on x.paper = 'waiver' and x.window_start <= p.starts_on and p.starts_on <= x.window_end
), judged as (
  select o.period_kind, o.starts_on, o.ends_on, o.from_no, o.to_no, o.customer_id, case when p.customer_id is null then 0 else 1 end as is_planned,
    case when o.window_months is null then 'rule_unset' when x.customer_id is not null then 'waived' end as excluded_reason
  from owing o
  left join planned p on p.starts_on = o.starts_on and p.customer_id = o.customer_id and p.window_months = o.window_months
  left join waived x on x.starts_on = o.starts_on and x.customer_id = o.customer_id
  where coalesce(o.required > 0, true) -- a plain comparison DuckDB takes for one that leaves few rows
)
select d.period_kind, d.starts_on, d.ends_on, d.customer_id, h.owner_no,
  cast(case when h.to_no < d.to_no then h.to_no else d.to_no end - case when h.from_no > d.from_no then h.from_no else d.from_no end as bigint) as days,
  d.is_planned, d.excluded_reason
from judged d
join fct_responsibility h on h.customer_id = d.customer_id and h.from_no < d.to_no and d.from_no < h.to_no
where d.excluded_reason is null or h.from_no <= d.from_no
