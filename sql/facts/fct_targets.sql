-- about: one row per KPI, period and scope that has a target; period is 2026, 2026-H1, 2026-Q3, 2026-10 or *, scope is
--   company, manager:ID, team:NAME, region:NAME or tier:N
select
  t.kpi,
  t.period,
  t.scope,
  t.value,
  t.floor,
  t.stretch
from stg_targets as t
