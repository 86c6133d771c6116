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
), so_far as ( -- revenue of each customer from the first loaded month to the end of each month
  select c.customer_id, m.month_no,
    cast(sum(coalesce(v.revenue_fen, 0)) over (
      partition by c.customer_id order by m.month_no nulls last rows between unbounded preceding and current row) as bigint) as fen
  from (select distinct customer_id from fct_revenue_months) c
  cross join loaded d
  join month m on d.first_no <= m.month_no and m.month_no <= d.last_no
  left join fct_revenue_months v on v.customer_id = c.customer_id and v.ym = m.ym
), period as (
  select distinct c.period_kind, c.starts_on, c.ends_on, f.month_no as first_no, l.month_no as last_no,
    case when c.period_kind = 'year' then 12 else g.value end as window_months
  from fct_cohort_members c
  join month f on f.ym = c.first_ym
  join month l on l.ym = c.last_ym
  left join rule_params g on g.name = 'retention_base_months' and g.valid_from <= c.starts_on and c.starts_on < g.valid_to
), judged as (
  select p.*, d.first_no as loaded_no, case when p.window_months is null then 'rule_unset'
      when p.first_no - p.window_months < d.first_no then 'no_history' end as reason
  from period p
  cross join loaded d
  where p.last_no <= d.last_no
), member as (
  select c.period_kind, c.starts_on, c.customer_id, c.survivor_id,
    coalesce(b.fen, 0) - coalesce(a.fen, 0) as base_fen, coalesce(e.fen, 0) - coalesce(s.fen, 0) as now_fen
  from fct_cohort_members c
  join judged p on p.period_kind = c.period_kind and p.starts_on = c.starts_on
  left join so_far a on a.customer_id = c.customer_id and a.month_no = p.first_no - 1 - p.window_months
  left join so_far b on b.customer_id = c.customer_id and b.month_no = p.first_no - 1
  left join so_far s on s.customer_id = c.customer_id and s.month_no = p.last_no - p.window_months
  left join so_far e on e.customer_id = c.customer_id and e.month_no = p.last_no
  where c.excluded_reason is null and p.reason is null
), gone as ( -- every customer merged by the end of a period, and once more its survivor
  select p.period_kind, p.starts_on, p.first_no, p.last_no, p.window_months, f.customer_id, f.follows_id as survivor_id
  from judged p
  join stg_follows f on f.follows_id <> f.customer_id and f.valid_from < p.ends_on and p.ends_on <= f.valid_to
  where p.reason is null
), pool as (
  select * from gone
  union
  select period_kind, starts_on, first_no, last_no, window_months, survivor_id, survivor_id from gone
), pooled as (
  select p.period_kind, p.starts_on, p.survivor_id,
    max(case when m.customer_id = p.survivor_id then m.customer_id end) as own_id, min(m.customer_id) as first_id,
    sum(coalesce(b.fen, 0) - coalesce(a.fen, 0)) as base_fen, sum(coalesce(e.fen, 0) - coalesce(s.fen, 0)) as now_fen
  from pool p
  left join member m on m.period_kind = p.period_kind and m.starts_on = p.starts_on and m.customer_id = p.customer_id
  left join so_far a on a.customer_id = p.customer_id and a.month_no = p.first_no - 1 - p.window_months
  left join so_far b on b.customer_id = p.customer_id and b.month_no = p.first_no - 1
  left join so_far s on s.customer_id = p.customer_id and s.month_no = p.last_no - p.window_months
  left join so_far e on e.customer_id = p.customer_id and e.month_no = p.last_no
  group by p.period_kind, p.starts_on, p.survivor_id
), summed as (
  select m.period_kind, m.starts_on, m.customer_id, coalesce(g.own_id, g.first_id) as carrier_id,
    cast(coalesce(g.base_fen, m.base_fen) as bigint) as base_fen, cast(coalesce(g.now_fen, m.now_fen) as bigint) as now_fen
  from member m
  left join pooled g on g.period_kind = m.period_kind and g.starts_on = m.starts_on and g.survivor_id = m.survivor_id
)
select c.period_kind, c.period, c.starts_on, c.ends_on, c.customer_id,
  coalesce(s.base_fen, 0) as base_fen, case when s.now_fen > 0 then s.now_fen else 0 end as now_fen,
  case when c.excluded_reason is not null then c.excluded_reason
    when p.reason is not null then p.reason
    when s.carrier_id <> c.customer_id then 'merged'
    when s.base_fen <= 0 then 'no_base' end as excluded_reason,
  c.manager_id, c.unassigned_reason, c.team, c.region, c.tier
from fct_cohort_members c
join judged p on p.period_kind = c.period_kind and p.starts_on = c.starts_on
left join summed s on s.period_kind = c.period_kind and s.starts_on = c.starts_on and s.customer_id = c.customer_id
