-- about: the managers of a period with their attributes, its working days, and those on which each had customers and was not on
--   approved leave; ownership ends with the last day of a manager, so it stands for employment, too
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
)
select m.manager_id, coalesce(m.name, m.manager_id), coalesce(m.team, ''), coalesce(m.region, ''), coalesce(m.role, ''),
  coalesce(cast(m.left_on as varchar), ''), (select count(*) from worked), coalesce(p.days, 0)
from dim_managers as m
left join present as p on p.manager_id = m.manager_id
where {{.Where}} and (m.hired_on is null or m.hired_on < {{.Ends}}) and (m.left_on is null or m.left_on >= {{.Starts}})
order by m.manager_id
