-- about: one row per visit that counts for its customer's duty (F1): valid, by someone who acts for the owner, and more
--   than visit_min_gap_days after the last visit that counted (two visits within the gap are one)
-- materialized: table
with eligible as (
  select v.duty_customer_id, v.day_no, min((v.started_at, v.visit_id)) as first_visit, max(coalesce(p.value, 0)) as gap
  from stg_visits v
  left join rule_params p on p.name = 'visit_min_gap_days' and p.valid_from <= v.started_on and v.started_on < p.valid_to
  where v.invalid_reason is null and v.acts
  group by v.duty_customer_id, v.day_no
), walked as (
  select duty_customer_id,
    list_reduce(list([gap, day_no] order by day_no),
      lambda kept, next: case when next[2] - kept[-1] > next[1] then list_concat(kept, next) else kept end) as kept
  from eligible
  group by duty_customer_id
), counted as (
  select duty_customer_id, unnest(list_filter(kept, lambda day, place: place % 2 = 0)) as day_no from walked
)
select e.first_visit[2] as visit_id
from counted c
join eligible e on e.duty_customer_id = c.duty_customer_id and e.day_no = c.day_no
