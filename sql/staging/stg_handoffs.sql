-- about: One row per hand-off of a case to a unit, numbered within the case, with the first hand-back of that unit at or after
--   it. A hand-off or hand-back that names no unit may be of any.
-- materialized: table
with moved as (
    select case_id, "at" as moved_at, type, actor_unit as unit_id
    from raw.case_events
    where superseded_by is null and type in ('handoff', 'handback')
    union all
    select case_id, "at", type, actor_unit
    from raw.case_log
    where superseded_by is null and type in ('handoff', 'handback')
),
happened as (
    select distinct * from moved where moved_at <= (select as_of from run_info)
),
answered as (
    select h.case_id, h.unit_id, h.moved_at as handed_at, min(b.moved_at) as answered_at
    from happened h
    left join happened b on b.case_id = h.case_id and b.type = 'handback' and h.moved_at <= b.moved_at
        and (b.unit_id = h.unit_id or b.unit_id is null or h.unit_id is null)
    where h.type = 'handoff'
    group by h.case_id, h.unit_id, h.moved_at
)
select case_id, cast(row_number() over (partition by case_id order by handed_at, unit_id) as integer) as handoff_no,
    unit_id, handed_at, answered_at
from answered
