-- about: one row per manager and person of the manager's own line: the manager and everyone he reports to
with recursive line as (
  select manager_id, manager_id as boss_id, 0 as depth from stg_managers
  union all
  select l.manager_id, m.reports_to, l.depth + 1
  from line l
  join stg_managers m on m.manager_id = l.boss_id
  where m.reports_to is not null and l.depth < 10
)
select distinct manager_id, boss_id from line
