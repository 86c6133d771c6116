-- about: One row per subject of each case that was ever reopened: the case itself and one more for each reopen after the
--   window, with its first contact and the resolve that stands: the last move of the subject, when that is a resolve.
-- order: case_id, subject_no
with ends as (
    select case_id, subject_no, event_type, event_at, window_unset,
        row_number() over (partition by case_id, subject_no order by from_last nulls last) as from_end
    from fct_case_moves
),
subjects as (
    select m.case_id, m.subject_no,
        max(case when m.is_late then m.event_at end) as started_at,
        max(case when e.event_type = 'resolve' then e.event_at end) as resolved_at,
        cast(sum(case when m.event_type = 'reopen' and not m.is_late then 1 else 0 end) as integer) as reopens,
        max(case when m.window_unset then 1 else 0 end) = 1 as window_unset
    from fct_case_moves m
    join ends e on e.case_id = m.case_id and e.subject_no = m.subject_no and e.from_end = 1
    group by m.case_id, m.subject_no
),
spans as (
    select s.*,
        lead(started_at) over (partition by case_id order by subject_no nulls last) as next_started_at
    from subjects s
),
contacts as (
    select s.case_id, s.subject_no, min(e.event_at) as contact_at
    from spans s
    join stg_case_cycles e on e.case_id = s.case_id
    where e.is_contact
        and (s.started_at is null or e.event_at >= s.started_at)
        and (s.next_started_at is null or e.event_at < s.next_started_at)
    group by s.case_id, s.subject_no
)
select s.case_id, s.subject_no, s.started_at, s.next_started_at, s.resolved_at, s.reopens, s.window_unset, c.contact_at
from spans s
left join contacts c on c.case_id = s.case_id and c.subject_no = s.subject_no
