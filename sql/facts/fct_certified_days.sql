-- about: one row per month, key customer and owner, team, region, tier and end of the owner's certificate that held in it: the days on which
--   the customer was active and key, and on how many of these the owner's certificate was valid. Without the feed
--   key_accounts every customer is key; is_kept is false where no manager of the feed has a certificate
-- order: ym
with kept as (
  select count(certified_until) > 0 as is_kept from dim_posts
), month as (
  select m.first_ym as ym, m.starts_on, m.ends_on
  from calendar_periods m
  cross join stg_span p
  where m.period_kind = 'month' and m.starts_on < p.end_on and p.first_on < m.ends_on
), held as (
  select e.customer_id, e.owner_no, e.manager_id,
    case when k.valid_from > e.from_day then k.valid_from else e.from_day end as from_day,
    case when k.valid_to < e.to_day then k.valid_to else e.to_day end as to_day
  from fct_exposure e
  join stg_key_spans k on k.customer_id = e.customer_id and k.valid_from < e.to_day and e.from_day < k.valid_to
), posted as (
  select h.customer_id, h.owner_no,
    case when p.valid_from > h.from_day then p.valid_from else h.from_day end as from_day,
    case when p.valid_to < h.to_day then p.valid_to else h.to_day end as to_day,
    cast(p.certified_until + interval '1' day as date) as expires_on
  from held h
  join dim_posts p on p.manager_id = h.manager_id and p.valid_from < h.to_day and h.from_day < p.valid_to
  union all
  select customer_id, owner_no, from_day, to_day, cast(null as date) from held where manager_id is null
), cut as (
  select q.customer_id, q.owner_no, m.ym, m.starts_on, q.expires_on,
    case when m.starts_on > q.from_day then m.starts_on else q.from_day end as from_day,
    case when m.ends_on < q.to_day then m.ends_on else q.to_day end as to_day
  from posted q
  cross join month m
  where coalesce(m.starts_on < q.to_day and q.from_day < m.ends_on, false) -- plain comparisons DuckDB takes for ones that leave few rows
), counted as (
  select c.customer_id, c.owner_no, c.ym, c.starts_on, t.day_no - f.day_no as days,
    case when x.day_no is null or x.day_no <= f.day_no then 0 when x.day_no < t.day_no then x.day_no - f.day_no else t.day_no - f.day_no end as certified_days
  from cut c
  left join calendar_days f on f.day = c.from_day
  left join calendar_days t on t.day = c.to_day
  left join calendar_days x on x.day = case when c.expires_on > c.to_day then c.to_day else c.expires_on end
), summed as (
  select customer_id, ym, owner_no, min(starts_on) as starts_on, cast(sum(days) as bigint) as days, cast(sum(certified_days) as bigint) as certified_days
  from counted
  group by customer_id, ym, owner_no
)
select s.customer_id, s.ym, s.starts_on, s.owner_no, k.is_kept, s.days, s.certified_days
from summed s
cross join kept k
