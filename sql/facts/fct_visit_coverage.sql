-- about: one row per month, quarter, half year or year that has ended, customer of whom a visiting window ended in it, and
--   owner, team, region and tier with the days of the period for which they answer (fct_responsibility): whether (0/1) any
--   of its windows that count was covered, and in one of them both the deciding person and the using department were met.
--   Where no window counts, one row with the excluded_reason of the last one, under the owner of the period's last day
-- materialized: view
with placed as (
  select p.period_kind, p.starts_on as period_from, p.ends_on as period_to, d.customer_id, d.excluded_reason,
    max(case when d.excluded_reason is null then d.is_covered end) over (partition by p.period_kind, p.starts_on, d.customer_id) as is_covered,
    max(case when d.excluded_reason is null then d.met_decider * d.met_user end)
      over (partition by p.period_kind, p.starts_on, d.customer_id) as met_both,
    row_number() over (partition by p.period_kind, p.starts_on, d.customer_id
      order by case when d.excluded_reason is null then 0 else 1 end nulls last, d.last_on desc nulls last, d.window_months desc nulls last) as place
  from fct_cohort_periods p
  cross join run_info r
  join fct_visit_duties d on p.starts_on <= d.last_on and d.last_on < p.ends_on
  where p.ends_on <= r.as_of_on
), dated as (
  select c.*, f.day_no as from_no, t.day_no as to_no
  from placed c
  join calendar_days f on f.day = c.period_from
  join calendar_days t on t.day = c.period_to
  where c.place = 1
)
select d.period_kind, d.period_from, d.period_to, d.customer_id, o.manager_id, o.unassigned_reason, o.team, o.region, o.tier,
  cast(case when h.to_no < d.to_no then h.to_no else d.to_no end - case when h.from_no > d.from_no then h.from_no else d.from_no end as bigint) as days,
  d.excluded_reason, d.is_covered, d.met_both
from dated d
join fct_responsibility h on h.customer_id = d.customer_id and h.from_no < d.to_no and d.from_no < h.to_no
join dim_owners o on o.owner_no = h.owner_no
where d.excluded_reason is null or d.to_no <= h.to_no
