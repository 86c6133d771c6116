-- about: one row per line that an upheld dispute of a closed row writes beside the KPI: the row is taken off the manager whom
--   it counts for, and put on the ruled owner where there is one
-- order: kpi, period
-- key: decision_id, side
select decision_id, 'off' as side, kpi, subject_id, period, period_kind, starts_on, shown_manager_id as manager_id,
  cast(-num as bigint) as num, cast(-den as bigint) as den, value, claim, reason, decided_by, decided_at
from stg_rulings
where effect = 'adjustment'
union all
select decision_id, 'on', kpi, subject_id, period, period_kind, starts_on, to_manager_id,
  num, den, value, claim, reason, decided_by, decided_at
from stg_rulings
where effect = 'adjustment' and to_manager_id is not null
