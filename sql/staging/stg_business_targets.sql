-- about: one row per month of the loaded events and manager with a target of new business (J1.volume), in fen: a target of the
--   month itself stands before one of all months (*). Where no manager has one in a month, the company's is a row without a
--   manager. Targets of longer periods are not spread over their months. own_fen is the part of the person's calendar days in
--   post of the month's (from_on: the first of them), from hired_on to left_on, half a fen rounded up; a day that is not known bounds nothing
with stated as (
  select case when t.scope like 'manager:%' then substr(t.scope, 9) end as manager_id, t.period, t.value
  from stg_targets t
  where lower(t.kpi) = 'j1.volume' and (t.scope like 'manager:%' or t.scope = 'company')
), placed as (
  select m.starts_on, m.ends_on, m.days, m.period, s.manager_id, s.value,
    row_number() over (partition by m.starts_on, s.manager_id order by s.period = '*') as place,
    count(s.manager_id) over (partition by m.starts_on) as of_managers
  from stated s
  cross join stg_span p
  join calendar_periods m on m.period_kind = 'month' and p.first_on <= m.starts_on and m.starts_on < p.end_on
    and s.period in (m.period, '*')
), posted as (
  select p.starts_on, p.days, p.period, p.manager_id, cast(round(p.value) as bigint) as target_fen,
    greatest(p.starts_on, coalesce(m.hired_on, p.starts_on)) as from_on, least(p.ends_on, coalesce(m.left_on + 1, p.ends_on)) as to_on,
    coalesce(m.left_on + 1 < p.ends_on, false) as is_left
  from placed p
  left join stg_managers m on m.manager_id = p.manager_id
  where p.place = 1 and (p.manager_id is not null or p.of_managers = 0)
)
select starts_on, period, manager_id, target_fen, from_on, is_left, days, greatest(to_on - from_on, 0) as own_days,
  cast((2 * target_fen * greatest(to_on - from_on, 0) + days) // (2 * days) as bigint) as own_fen
from posted
