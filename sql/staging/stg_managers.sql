-- about: one row per manager with the attributes as of the run's business day
-- materialized: table
select v.manager_id, v.name, v.team, v.unit_id, v.region, v.role, v.hired_on, l.left_on, v.reports_to, v.staff_no
from (
  select *, row_number() over (
      partition by manager_id order by valid_from <= r.as_of_on desc, abs(valid_from - r.as_of_on)) as place
  from stg_manager_versions cross join run_info r
) v
left join (
  select manager_id, arg_max(left_on, valid_from) as left_on
  from stg_manager_versions where left_on is not null group by manager_id
) l on l.manager_id = v.manager_id
where v.place = 1
