-- about: one row per month of the loaded events and manager with a target of new business (J1.volume), in fen: a target of the
--   month itself stands before one of all months (*). Where no manager has one in a month, the company's is a row without a
--   manager. Targets of longer periods are not spread over their months
with stated as (
  select case when t.scope like 'manager:%' then substr(t.scope, 9) end as manager_id, t.period, t.value
  from stg_targets t
  where lower(t.kpi) = 'j1.volume' and (t.scope like 'manager:%' or t.scope = 'company')
), placed as (
  select m.starts_on, m.first_ym as ym, m.period, s.manager_id, s.value,
    row_number() over (partition by m.starts_on, s.manager_id order by s.period = '*') as place,
    count(s.manager_id) over (partition by m.starts_on) as of_managers
  from stated s
  cross join stg_span p
  join calendar_periods m on m.period_kind = 'month' and p.first_on <= m.starts_on and m.starts_on < p.end_on
    and s.period in (m.period, '*')
)
select starts_on, period, manager_id, cast(round(value) as bigint) as target_fen
from placed
where place = 1 and (manager_id is not null or of_managers = 0)
