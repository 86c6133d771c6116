-- about: One row per hand-off of a case to a unit, numbered within the case, with the first hand-back of that unit at or after
--   it and before its next hand-off to that unit. A unit that is not named is a unit of its own.
-- materialized: table
with moved as (
    select case_id, "at" as moved_at, type, coalesce(actor_unit, '') as unit_id
    from raw.case_events
    where superseded_by is null and type in ('handoff', 'handback')
    union all
    select case_id, "at", type, coalesce(actor_unit, '')
    from raw.case_log
    where superseded_by is null and type in ('handoff', 'handback')
),
happened as (
    select distinct * from moved where moved_at <= (select as_of from run_info)
),
followed as (
    select *, lead(moved_at) over unit as next_at, lead(type) over unit as next_type
    from happened
    window unit as (partition by case_id, unit_id order by moved_at, type desc)
)
select case_id, cast(row_number() over (partition by case_id order by moved_at, unit_id) as integer) as handoff_no,
    nullif(unit_id, '') as unit_id, moved_at as handed_at, case when next_type = 'handback' then next_at end as answered_at
from followed
where type = 'handoff'
