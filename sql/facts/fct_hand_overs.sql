-- about: one row per customer and hand-over to a new owner, with the days [from_on, until_on], both inside, on which what goes
--   wrong still stays with the previous owner (transfer_protection_days, R10), who that is, and until when he was there. A
--   customer handed over again within those days stays with the one before the last hand-over: no day is in two rows
-- order: customer_id
with marked as (
  select *, case when coalesce(manager_id, '') = coalesce(lag(manager_id) over (partition by customer_id order by valid_from nulls last), '')
      and coalesce(unassigned_reason, '') = coalesce(lag(unassigned_reason) over (partition by customer_id order by valid_from nulls last), '')
      then 0 else 1 end as is_new
  from dim_accounts
  where customer_id is not null
), numbered as (
  select *, sum(is_new) over (partition by customer_id order by valid_from nulls last rows between unbounded preceding and current row) as holder_no
  from marked
), holder as ( -- stretches of nobody are nobody's hand-over
  select customer_id, holder_no, manager_id, min(valid_from) as from_on, max(valid_from) as last_from, max(valid_to) as to_on
  from numbered
  where manager_id is not null or unassigned_reason = 'leaver'
  group by customer_id, holder_no, manager_id
), following as (
  select h.*, lag(h.holder_no) over (partition by h.customer_id order by h.holder_no nulls last) as previous_no,
    lag(h.manager_id) over (partition by h.customer_id order by h.holder_no nulls last) as previous_id,
    lag(h.last_from) over (partition by h.customer_id order by h.holder_no nulls last) as previous_from
  from holder h
)
select f.customer_id, f.from_on, case when u.day < f.to_on then u.day else cast(f.to_on - interval '1' day as date) end as until_on, f.previous_id as manager_id, p.team, m.left_on
from following f
join rule_params g on g.name = 'transfer_protection_days' and g.valid_from <= f.from_on and f.from_on < g.valid_to
join calendar_days d on d.day = f.from_on
join calendar_days u on u.day_no = d.day_no + g.value
left join dim_accounts p on p.customer_id = f.customer_id and p.valid_from = f.previous_from
left join dim_managers m on m.manager_id = f.previous_id
where f.manager_id is not null and f.previous_no is not null
