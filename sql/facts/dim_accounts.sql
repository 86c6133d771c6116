-- about: one row per customer and stretch of days [valid_from, valid_to) in which owner, the owner's team, region and
--   approved tier are constant; the stretches of a customer cover every day exactly once. A merged customer follows
--   its survivor from the day of the merger on. account_no names the stretch: a fact that keeps it keeps
--   all five; 0 is the account of nobody. owner_no names the five without the customer (dim_owners),
--   customer_no the customer: numbers are joined faster than names
-- order: customer_id, valid_from
-- key: customer_id, valid_from
with bound as (
  select customer_id, date '1900-01-01' as day from stg_customer_ids
  union select customer_id, valid_from from stg_owners
  union select customer_id, valid_to from stg_owners
  union select o.customer_id, t.valid_from
    from stg_owners o
    join stg_manager_versions t on t.manager_id = o.manager_id and o.valid_from < t.valid_from and t.valid_from < o.valid_to
  union select customer_id, valid_from from stg_customer_versions
  union select customer_id, valid_from from stg_tiers
), span as (
  select customer_id, day as valid_from,
    lead(day, 1, date '2199-12-31') over (partition by customer_id order by day nulls last) as valid_to
  from bound
  where date '1900-01-01' <= day and day < date '2199-12-31'
), own as (
  select s.customer_id, s.valid_from, s.valid_to, o.manager_id,
    case when o.manager_id is null then coalesce(o.unassigned_reason, 'no_owner') end as unassigned_reason,
    t.team, v.region, k.tier
  from span s
  left join stg_owners o on o.customer_id = s.customer_id and o.valid_from <= s.valid_from and s.valid_from < o.valid_to
  left join stg_manager_versions t on t.manager_id = o.manager_id and t.valid_from <= s.valid_from and s.valid_from < t.valid_to
  left join stg_customer_versions v on v.customer_id = s.customer_id and v.valid_from <= s.valid_from and s.valid_from < v.valid_to
  left join stg_tiers k on k.customer_id = s.customer_id and k.valid_from <= s.valid_from and s.valid_from < k.valid_to
), followed as (
  select f.customer_id,
    case when f.valid_from > o.valid_from then f.valid_from else o.valid_from end as valid_from,
    case when f.valid_to < o.valid_to then f.valid_to else o.valid_to end as valid_to,
    o.manager_id, o.unassigned_reason, o.team, o.region, o.tier
  from stg_follows f
  join own o on o.customer_id = f.follows_id and o.valid_from < f.valid_to and f.valid_from < o.valid_to
), marked as (
  select *, case
      when lag(valid_to) over (partition by customer_id order by valid_from nulls last) is null then 1
      when coalesce(manager_id, '') = coalesce(lag(manager_id) over (partition by customer_id order by valid_from nulls last), '')
       and coalesce(unassigned_reason, '') = coalesce(lag(unassigned_reason) over (partition by customer_id order by valid_from nulls last), '')
       and coalesce(team, '') = coalesce(lag(team) over (partition by customer_id order by valid_from nulls last), '')
       and coalesce(region, '') = coalesce(lag(region) over (partition by customer_id order by valid_from nulls last), '')
       and coalesce(tier, 0) = coalesce(lag(tier) over (partition by customer_id order by valid_from nulls last), 0)
      then 0 else 1 end as is_new
  from followed
), numbered as (
  select *, sum(is_new) over (partition by customer_id order by valid_from nulls last rows between unbounded preceding and current row) as stretch_no
  from marked
), account as (
  select cast(row_number() over (order by customer_id nulls last, min(valid_from) nulls last) as integer) as account_no,
    customer_id, min(valid_from) as valid_from, max(valid_to) as valid_to, manager_id, unassigned_reason, team, region, tier
  from numbered
  group by customer_id, stretch_no, manager_id, unassigned_reason, team, region, tier
  union all
  select 0, null, date '1900-01-01', date '2199-12-31', null, 'no_owner', null, null, null
)
select account_no, customer_id,
  cast(dense_rank() over (order by customer_id nulls first) as integer) as customer_no,
  valid_from, valid_to, manager_id, unassigned_reason, team, region, tier,
  cast(dense_rank() over (order by manager_id nulls last, unassigned_reason nulls last, team nulls last, region nulls last,
    tier nulls last) as integer) as owner_no
from account
