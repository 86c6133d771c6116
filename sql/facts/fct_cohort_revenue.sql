-- about: one row per cohort member with its recurring revenue in fen over the base window before the period and over the
--   equally long window at the period's end. The window is retention_base_months full months, for a year the whole year
--   before. A merged customer is counted in one row with its survivor (the survivor's, or the first member's when the
--   survivor is not of the cohort); the other rows say merged. excluded_reason also: no_history (the base window
--   begins before the first loaded account month), no_base (base not above zero), rule_unset and those of the members
-- order: period_kind, starts_on, customer_id
with month as (
  select first_ym as ym, row_number() over (order by first_ym nulls last) as month_no from calendar_periods where period_kind = 'month'
), loaded as (
  select min(m.month_no) as first_no, max(m.month_no) as last_no from fct_bills b join month m on m.ym = b.booked_ym where b.recurring
), period as (
  select distinct c.period_kind, c.starts_on, f.month_no as first_no, l.month_no as last_no,
    case when c.period_kind = 'year' then 12 else g.value end as window_months
  from fct_cohort_members c
  join month f on f.ym = c.first_ym
  join month l on l.ym = c.last_ym
  left join rule_params g on g.name = 'retention_base_months' and g.valid_from <= c.starts_on and c.starts_on < g.valid_to
), dated as (
  select p.* from period p cross join loaded d where p.last_no <= d.last_no
), carrier as (
  select c.*, p.first_no, p.last_no, p.window_months, row_number() over (
      partition by c.period_kind, c.starts_on, c.survivor_id, case when c.excluded_reason is null then 0 else 1 end
      order by case when c.customer_id = c.survivor_id then 0 else 1 end nulls last, c.customer_id nulls last) as place
  from fct_cohort_members c
  join dated p on p.period_kind = c.period_kind and p.starts_on = c.starts_on
), revenue as (
  select v.customer_id, m.month_no, v.revenue_fen from fct_revenue_months v join month m on m.ym = v.ym
), base as (
  select c.period_kind, c.starts_on, c.survivor_id, cast(sum(v.revenue_fen) as bigint) as fen
  from carrier c
  join revenue v on v.customer_id = c.customer_id and c.first_no - c.window_months <= v.month_no and v.month_no < c.first_no
  where c.excluded_reason is null
  group by c.period_kind, c.starts_on, c.survivor_id
), holder as (
  select distinct period_kind, starts_on, survivor_id, last_no, window_months, customer_id from carrier where excluded_reason is null
  union
  select distinct period_kind, starts_on, survivor_id, last_no, window_months, survivor_id from carrier where excluded_reason is null
), later as (
  select h.period_kind, h.starts_on, h.survivor_id, cast(sum(v.revenue_fen) as bigint) as fen
  from holder h
  join revenue v on v.customer_id = h.customer_id and h.last_no - h.window_months < v.month_no and v.month_no <= h.last_no
  group by h.period_kind, h.starts_on, h.survivor_id
)
select c.period_kind, c.period, c.starts_on, c.ends_on, c.customer_id,
  coalesce(b.fen, 0) as base_fen, case when coalesce(l.fen, 0) > 0 then l.fen else 0 end as now_fen,
  case when c.excluded_reason is not null then c.excluded_reason
    when c.place > 1 then 'merged'
    when c.window_months is null then 'rule_unset'
    when c.first_no - c.window_months < d.first_no then 'no_history'
    when coalesce(b.fen, 0) <= 0 then 'no_base' end as excluded_reason,
  c.manager_id, c.unassigned_reason, c.team, c.region, c.tier
from carrier c
cross join loaded d
left join base b on b.period_kind = c.period_kind and b.starts_on = c.starts_on and b.survivor_id = c.survivor_id
left join later l on l.period_kind = c.period_kind and l.starts_on = c.starts_on and l.survivor_id = c.survivor_id
