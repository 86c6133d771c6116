-- about: one row per customer that was ever active and stretch of days [from_no, to_no) for which one owner, team, region and tier
--   (owner_no) answers for it. The stretches of a customer cover every day: a day on which it is not active is that of the
--   last active day before it, the days before the first active one are that of the first. So who came or left in a period
--   weighs as much in it as others, and nobody answers for days on which there was nobody to answer for
-- order: customer_id, from_no
with placed as (
  select customer_id, owner_no, from_no,
    lead(from_no, 1, cast(99999999 as bigint)) over (partition by customer_id order by from_no nulls last) as to_no,
    row_number() over (partition by customer_id order by from_no nulls last) as place
  from fct_exposure
)
select customer_id, owner_no, case when place = 1 then cast(0 as bigint) else from_no end as from_no, to_no
from placed
