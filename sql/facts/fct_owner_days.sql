-- about: one row per customer, month and owner, team, region and tier (dim_owners) with the days on which the customer was active and
--   these held, from the first month of the loaded events to the run's business day: the exposure of rates
-- order: ym, customer_id, owner_no
with month as (
  select m.first_ym as ym, f.day_no as from_no, f.day_no + m.days as to_no
  from calendar_periods m
  cross join stg_span p
  join calendar_days f on f.day = m.starts_on
  where m.period_kind = 'month' and m.starts_on < p.end_on and p.first_on < m.ends_on
)
select e.customer_id, m.ym, e.owner_no,
  cast(sum(case when e.to_no < m.to_no then e.to_no else m.to_no end
    - case when e.from_no > m.from_no then e.from_no else m.from_no end) as bigint) as days
from fct_exposure e
join month m on m.from_no < e.to_no and e.from_no < m.to_no
group by e.customer_id, m.ym, e.owner_no
