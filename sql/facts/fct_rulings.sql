-- about: one row per upheld dispute of a row whose period was open, and stretch of days [valid_from, valid_to) in which the
--   ruled owner's team is constant, the first one from the beginning; without a ruled owner the row counts nowhere
-- order: kpi, subject_id
-- key: kpi, subject_id, period, manager_id, valid_from
with team as (
  select manager_id, team, valid_to,
    case when row_number() over (partition by manager_id order by valid_from nulls last) = 1 then date '1900-01-01' else valid_from end as valid_from
  from stg_manager_versions
)
select r.kpi, r.subject_id, r.period, r.period_kind, r.starts_on, r.manager_id, r.claim, r.to_manager_id, t.team as to_team,
  coalesce(t.valid_from, date '1900-01-01') as valid_from, coalesce(t.valid_to, date '2199-12-31') as valid_to,
  r.decision_id, r.decided_by, r.decided_at, r.reason
from stg_rulings r
left join team t on t.manager_id = r.to_manager_id
where r.effect = 'ruling'
