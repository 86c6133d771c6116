-- about: one row per customer, month and stretch of constant owner, team, region and tier with the days in it on which
--   the customer was active, from the first month of the loaded events to the run's business day: the exposure of rates
-- order: ym, customer_id, manager_id
with stretch as (
  select a.customer_id, d.manager_id, d.unassigned_reason, d.team, d.region, d.tier,
    case when a.valid_from > d.valid_from then case when a.valid_from > p.first_on then a.valid_from else p.first_on end
      when d.valid_from > p.first_on then d.valid_from else p.first_on end as from_day,
    case when a.valid_to < d.valid_to then case when a.valid_to < p.end_on then a.valid_to else p.end_on end
      when d.valid_to < p.end_on then d.valid_to else p.end_on end as to_day
  from fct_activity a
  cross join stg_span p
  join dim_accounts d on d.customer_id = a.customer_id and d.valid_from < a.valid_to and a.valid_from < d.valid_to
  where d.valid_from < p.end_on and p.first_on < d.valid_to and a.valid_from < p.end_on and p.first_on < a.valid_to
), numbered as (
  select s.*, f.day_no as from_no, t.day_no as to_no, f.ym as first_ym
  from stretch s
  join calendar_days f on f.day = s.from_day
  join calendar_days t on t.day = s.to_day
), month as (
  select m.first_ym as ym, f.day_no as from_no, f.day_no + m.days as to_no
  from calendar_periods m
  cross join stg_span p
  join calendar_days f on f.day = m.starts_on
  where m.period_kind = 'month' and m.starts_on < p.end_on and p.first_on < m.ends_on
)
select n.customer_id, m.ym, n.manager_id, n.unassigned_reason, n.team, n.region, n.tier,
  cast(sum(case when n.to_no < m.to_no then n.to_no else m.to_no end
    - case when n.from_no > m.from_no then n.from_no else m.from_no end) as bigint) as days
from numbered n
join month m on m.from_no < n.to_no and n.from_no < m.to_no
group by n.customer_id, m.ym, n.manager_id, n.unassigned_reason, n.team, n.region, n.tier
