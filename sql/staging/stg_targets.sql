-- about: one row per target in force: KPI, period, scope
select
  t.kpi, t.period, t.scope, t.value, t.floor, t.stretch
from raw.targets as t
where t.superseded_by is null
