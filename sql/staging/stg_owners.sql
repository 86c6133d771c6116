-- about: one row per customer and stretch of days with its owner; valid_to of the files is the last day and becomes
--   half-open, of overlapping stretches the later one wins (ruling 3.6), and after a manager's last day (left_on) the
--   customer has no owner, reason leaver
-- materialized: table
with assigned as (
  select customer_id, manager_id, valid_from, batch_id,
    case when valid_to is null or valid_to >= date '2199-12-30' then date '2199-12-31' else valid_to + 1 end as valid_to
  from raw.assignments
  where superseded_by is null and (role = 'owner' or role is null)
), one_a_day as (
  select *, row_number() over (partition by customer_id, valid_from order by batch_id desc, manager_id) as place
  from assigned
  where valid_from < valid_to
), disjoint as (
  select customer_id, manager_id, valid_from,
    least(valid_to, lead(valid_from, 1, date '2199-12-31') over (partition by customer_id order by valid_from)) as valid_to
  from one_a_day
  where place = 1
), leaving as (
  select d.*, coalesce(m.left_on + 1, date '2199-12-31') as gone_on
  from disjoint d
  left join stg_managers m on m.manager_id = d.manager_id
)
select customer_id, manager_id, cast(null as varchar) as unassigned_reason, valid_from, least(valid_to, gone_on) as valid_to
from leaving where valid_from < least(valid_to, gone_on)
union all
select customer_id, null, 'leaver', greatest(valid_from, gone_on), valid_to
from leaving where greatest(valid_from, gone_on) < valid_to
