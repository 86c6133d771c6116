-- about: One row per hand-off of a case to a unit, with the instant at which the unit's wait ended: its first hand-back, or
--   the end of the case's work where that came before one. Hand-offs after the case was resolved ended at once.
-- order: handed_at
-- key: subject_id
with placed as (
    select h.case_id, h.handoff_no, h.unit_id, h.handed_at, h.answered_at,
        coalesce(r.subject_id, h.case_id) as subject_id, r.last_resolved_at
    from stg_handoffs h
    left join fct_reopened_cases r on r.case_id = h.case_id
        and r.valid_from <= h.handed_at and h.handed_at < r.valid_to
)
select p.case_id || '/' || cast(p.handoff_no as varchar) as subject_id, p.case_id, p.handoff_no, p.unit_id, p.handed_at, f.account_no, f.class_no, f.created_at, f.excluded_reason,
    case when p.answered_at is null or coalesce(p.last_resolved_at, f.resolved_at) < p.answered_at
        then coalesce(p.last_resolved_at, f.resolved_at) else p.answered_at end as answered_at
from placed p
join fct_cases f on f.subject_id = p.subject_id
