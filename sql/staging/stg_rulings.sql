-- about: one row per upheld dispute of a measure row that stands: which row it is about, whom the row counts for before any
--   ruling (manager_id) and as it was shown, and what was decided. Of two about one row the later holds; a decision that was withdrawn is none
with decision as (
  select d.decision_id, d.kind, d.by, d.at, d.reason, d.payload
  from raw.decisions d
  where d.superseded_by is null and not exists (
    select 1 from raw.decisions w
    where w.superseded_by is null and w.kind = 'decision.withdraw' and w.subject = d.decision_id)
), upheld as (
  select u.decision_id, u.by as decided_by, u.at as decided_at, u.reason,
    json_extract_string(d.payload, '$.kpi') as kpi,
    json_extract_string(d.payload, '$.row') as subject_id,
    json_extract_string(d.payload, '$.period') as period,
    nullif(coalesce(json_extract_string(d.payload, '$.counted_for'), json_extract_string(d.payload, '$.manager_id')), '') as manager_id,
    json_extract_string(d.payload, '$.manager_id') as shown_manager_id,
    json_extract_string(d.payload, '$.claim') as claim,
    json_extract_string(u.payload, '$.owner') as to_manager_id,
    coalesce(json_extract_string(u.payload, '$.effect'), 'ruling') as effect,
    cast(json_extract_string(u.payload, '$.num') as bigint) as num,
    cast(json_extract_string(u.payload, '$.den') as bigint) as den,
    cast(json_extract_string(u.payload, '$.value') as bigint) as value
  from decision u
  join decision d on d.decision_id = json_extract_string(u.payload, '$.answers')
  where u.kind = 'row.uphold' and d.kind = 'row.dispute'
), placed as (
  select u.*, p.period_kind, p.starts_on,
    row_number() over (partition by u.kpi, u.subject_id, u.period, u.manager_id, u.effect order by length(u.decision_id) desc, u.decision_id desc) as place
  from upheld u
  left join calendar_periods p on p.period = u.period
)
select decision_id, decided_by, decided_at, reason, kpi, subject_id, period, period_kind, starts_on, manager_id, shown_manager_id, claim,
  to_manager_id, effect, num, den, value
from placed
where place = 1
