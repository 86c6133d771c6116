-- about: one row per customer and stretch of days with the deputy of its owner; valid_to of the files is the last day and
--   becomes half-open, of overlapping stretches the later one wins, as with owners
with assigned as (
  select customer_id, manager_id, valid_from, batch_id,
    case when valid_to is null or valid_to >= date '2199-12-30' then date '2199-12-31' else valid_to + 1 end as valid_to
  from raw.assignments
  where superseded_by is null and role = 'deputy'
), one_a_day as (
  select *, row_number() over (partition by customer_id, valid_from order by batch_id desc, manager_id) as place
  from assigned
  where valid_from < valid_to
)
select customer_id, manager_id as deputy_id, valid_from,
  least(valid_to, lead(valid_from, 1, date '2199-12-31') over (partition by customer_id order by valid_from)) as valid_to
from one_a_day
where place = 1
