-- about: one row per customer, person and stretch of days in which the person acts for the customer without owning it:
--   deputies and members of the assignment, and the deputy of an owner on leave
select customer_id, manager_id, valid_from,
  case when valid_to is null or valid_to >= date '2199-12-30' then date '2199-12-31' else valid_to + 1 end as valid_to
from raw.assignments
where superseded_by is null and role in ('deputy', 'member')
union all
select o.customer_id, l.deputy_id, greatest(o.valid_from, l."from"), least(o.valid_to, l."to" + 1)
from stg_owners o
join raw.leaves l on l.manager_id = o.manager_id and l.superseded_by is null and l.deputy_id is not null
  and l."from" < o.valid_to and o.valid_from <= l."to"
