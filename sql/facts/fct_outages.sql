-- about: One row per restored fault that counts, with the seconds for which its circuit was down because of it and of no fault that
--   was restored before it: overlapping faults of one circuit are united, not added up (E2). A fault without a circuit is
--   a circuit of its own. Minutes taken off with an approver are not down time.
-- order: subject_id
-- key: subject_id
with fault as (
    select subject_id, coalesce(circuit_id, subject_id) as circuit, started_s, restored_s, excused_s
    from fct_faults
    where restored_s > started_s and excluded_reason is null
),
bound as (
    select circuit, started_s as at_s from fault
    union
    select circuit, restored_s from fault
),
stretch as (
    select circuit, at_s as from_s, lead(at_s) over (partition by circuit order by at_s nulls last) as to_s
    from bound
),
placed as (
    select s.from_s, s.to_s, f.subject_id, f.excused_s,
        row_number() over (partition by s.circuit, s.from_s order by f.restored_s nulls last, f.started_s nulls last, f.subject_id nulls last) as place
    from stretch s
    join fault f on f.circuit = s.circuit and f.started_s <= s.from_s and s.to_s <= f.restored_s
)
select subject_id, cast(greatest(0, sum(to_s - from_s) - max(excused_s)) as bigint) as down_s
from placed
where place = 1
group by subject_id
