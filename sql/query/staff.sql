-- about: the managers of a period with their attributes, the first role that each had in it, its working days, and those on
--   which each had customers and was not on approved leave; ownership ends with the last day of a manager, so it stands for
--   employment, too
with worked as (
  select day from calendar_days where is_workday and day >= {{.Starts}} and day < {{.Ends}}
),
present as (
  select a.manager_id, count(distinct d.day) as days
  from worked as d
  join dim_accounts as a on a.valid_from <= d.day and d.day < a.valid_to and a.manager_id is not null
  left join fct_leaves as l on l.manager_id = a.manager_id and l.from_on <= d.day and d.day < l.to_on
  where l.manager_id is null
  group by a.manager_id
),
posts as (
  select manager_id, arg_min(role, valid_from) as first_role
  from dim_posts
  where valid_from < {{.Ends}} and {{.Starts}} < valid_to and role is not null
  group by manager_id
)
select m.manager_id, coalesce(m.name, m.manager_id), coalesce(m.team, ''), coalesce(m.region, ''), coalesce(o.first_role, m.role, ''),
  coalesce(cast(m.left_on as varchar), ''), (select count(*) from worked), coalesce(p.days, 0)
from dim_managers as m
left join present as p using (manager_id)
left join posts as o using (manager_id)
where {{.Where}} and (m.hired_on is null or m.hired_on < {{.Ends}}) and (m.left_on is null or m.left_on >= {{.Starts}})
order by m.manager_id
