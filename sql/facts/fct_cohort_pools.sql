-- about: one row per cohort member that counts and was merged with another customer by the end of the period, or is the
--   survivor of such a merger: customers merged into one are counted in one row, that of carrier_id (the survivor, or
--   the first member when the survivor is not of the cohort), with the revenue of all of them
-- order: period_kind, starts_on, customer_id
with month as (
  select first_ym as ym, row_number() over (order by first_ym nulls last) as month_no from calendar_periods where period_kind = 'month'
), gone as ( -- every customer merged by the end of a period, and once more its survivor
  select p.period_kind, p.starts_on, p.base_no, p.now_no, p.window_months, f.customer_id, f.follows_id as survivor_id
  from fct_cohort_periods p
  join stg_follows f on f.follows_id <> f.customer_id and f.valid_from < p.ends_on and p.ends_on <= f.valid_to
  where p.revenue_reason is null
), pool as (
  select * from gone
  union
  select period_kind, starts_on, base_no, now_no, window_months, survivor_id, survivor_id from gone
), earned as (
  select p.period_kind, p.starts_on, p.survivor_id,
    cast(sum(case when m.month_no <= p.base_no and p.base_no - p.window_months < m.month_no then v.revenue_fen else 0 end) as bigint) as base_fen,
    cast(sum(case when m.month_no <= p.now_no and p.now_no - p.window_months < m.month_no then v.revenue_fen else 0 end) as bigint) as now_fen
  from pool p
  join fct_revenue_months v on v.customer_id = p.customer_id
  join month m on m.ym = v.ym
  group by p.period_kind, p.starts_on, p.survivor_id
), member as (
  select p.period_kind, p.starts_on, p.survivor_id, m.customer_id,
    max(case when m.customer_id = p.survivor_id then m.customer_id end) over (partition by p.period_kind, p.starts_on, p.survivor_id) as own_id,
    min(m.customer_id) over (partition by p.period_kind, p.starts_on, p.survivor_id) as first_id
  from pool p
  join fct_cohort_members m on m.period_kind = p.period_kind and m.starts_on = p.starts_on and m.customer_id = p.customer_id
  where m.excluded_reason is null
)
select m.period_kind, m.starts_on, m.customer_id, coalesce(m.own_id, m.first_id) as carrier_id,
  coalesce(e.base_fen, 0) as base_fen, coalesce(e.now_fen, 0) as now_fen
from member m
left join earned e on e.period_kind = m.period_kind and e.starts_on = m.starts_on and e.survivor_id = m.survivor_id
