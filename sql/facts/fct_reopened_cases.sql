-- about: One row per subject of a case that was ever reopened: when its case began anew and when the next subject did, its
--   first and its last resolve, void or not, and the last reopen within the window. What happened in [valid_from, valid_to)
--   belongs to it: where a bound may be missing, a left join would compare every row with every other.
-- order: subject_id
-- key: subject_id
select
    case when s.subject_no = 1 then s.case_id else s.case_id || '#' || cast(s.subject_no as varchar) end as subject_id,
    s.case_id, s.subject_no, s.started_at, s.next_started_at,
    coalesce(s.started_at, timestamp '0001-01-01 00:00:00') as valid_from,
    coalesce(s.next_started_at, timestamp '2199-12-31 00:00:00') as valid_to,
    min(case when m.event_type = 'resolve' then m.event_at end) as first_resolved_at,
    max(case when m.event_type = 'resolve' then m.event_at end) as last_resolved_at,
    max(case when m.event_type = 'reopen' and not m.is_late then m.event_at end) as reopened_at
from fct_case_subjects s
join fct_case_moves m on m.case_id = s.case_id and m.subject_no = s.subject_no
group by s.case_id, s.subject_no, s.started_at, s.next_started_at
