-- about: one row per customer and stretch of days, inside the span of the loaded events, in which it was active and its
--   owner, team, region and tier are constant (owner_no names the four); from_no and to_no are day numbers, to_no is the first day after
-- order: customer_id, from_no
with cut as (
  select a.customer_id, d.manager_id, d.unassigned_reason, d.team, d.region, d.tier, d.owner_no,
    case when a.valid_from > d.valid_from then a.valid_from else d.valid_from end as from_day,
    case when a.valid_to < d.valid_to then a.valid_to else d.valid_to end as to_day
  from fct_activity a
  join dim_accounts d on d.customer_id = a.customer_id and d.valid_from < a.valid_to and a.valid_from < d.valid_to
), clipped as (
  select c.customer_id, c.manager_id, c.unassigned_reason, c.team, c.region, c.tier, c.owner_no,
    case when c.from_day > p.first_on then c.from_day else p.first_on end as from_day,
    case when c.to_day < p.end_on then c.to_day else p.end_on end as to_day
  from cut c
  cross join stg_span p
  where c.from_day < p.end_on and p.first_on < c.to_day
)
select c.customer_id, c.manager_id, c.unassigned_reason, c.team, c.region, c.tier, c.owner_no, c.from_day, c.to_day,
  f.day_no as from_no, t.day_no as to_no
from clipped c
join calendar_days f on f.day = c.from_day
join calendar_days t on t.day = c.to_day
