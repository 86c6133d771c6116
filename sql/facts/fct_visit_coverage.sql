-- about: one row per month, quarter, half year or year that has ended, customer of whom a visiting window ended in it, and
--   owner, team, region and tier (owner_no) with the days of the period for which they answer (fct_responsibility): whether (0/1) any
--   of its windows that count was covered, and in one of them both the deciding person and the using department were met.
--   Where no window counts, one row with the excluded_reason of the last one, under the owner of the period's last day
-- order: period_kind, period_from
with period as ( -- a row for each of its days: an equal day is found faster than a day between two
  select p.period_kind, p.starts_on, p.ends_on, f.day_no as from_no, t.day_no as to_no, d.day
  from fct_cohort_periods p
  cross join run_info r
  join calendar_days f on f.day = p.starts_on
  join calendar_days t on t.day = p.ends_on
  join calendar_days d on p.starts_on <= d.day and d.day < p.ends_on
  where p.ends_on <= r.as_of_on
), ended as (
  select p.period_kind, p.from_no, d.customer_id, d.last_on, d.window_months, d.is_covered, d.met_decider * d.met_user as met_both,
    d.excluded_reason
  from fct_visit_duties d
  join period p on p.day = d.last_on
), counting as (
  select period_kind, from_no, customer_id, max(is_covered) as is_covered, max(met_both) as met_both
  from ended
  where excluded_reason is null
  group by period_kind, from_no, customer_id
), excluded as (
  select e.period_kind, e.from_no, e.customer_id, e.excluded_reason,
    row_number() over (partition by e.period_kind, e.from_no, e.customer_id order by e.last_on desc nulls last, e.window_months desc nulls last) as place
  from ended e
  left join counting c on c.period_kind = e.period_kind and c.from_no = e.from_no and c.customer_id = e.customer_id
  where e.excluded_reason is not null and c.customer_id is null
), judged as (
  select period_kind, from_no, customer_id, is_covered, met_both, cast(null as varchar) as excluded_reason from counting
  union all
  select period_kind, from_no, customer_id, null, null, excluded_reason from excluded where place = 1
)
select p.period_kind, p.starts_on as period_from, p.ends_on as period_to, j.customer_id, h.owner_no,
  cast(case when h.to_no < p.to_no then h.to_no else p.to_no end - case when h.from_no > p.from_no then h.from_no else p.from_no end as bigint) as days,
  j.excluded_reason, j.is_covered, j.met_both
from judged j
join period p on p.period_kind = j.period_kind and p.from_no = j.from_no and p.day = p.starts_on
join fct_responsibility h on h.customer_id = j.customer_id and h.from_no < p.to_no and p.from_no < h.to_no
where j.excluded_reason is null or p.to_no <= h.to_no
