-- about: One row per subject whose first resolve was not the first handling: the customer was contacted more than once before it,
--   it was passed on, or he raised another case of the category within the reopen window after it.
-- order: subject_id
-- key: subject_id
with subjects as (
    select f.subject_id, f.subject_id as case_id, f.created_at, f.resolved_at
    from fct_cases f
    where f.subject_no = 1 and f.reopens = 0 and f.resolved_at is not null
    union all
    select r.subject_id, r.case_id, r.started_at, r.first_resolved_at
    from fct_reopened_cases r
    where r.first_resolved_at is not null and (r.subject_no > 1 or r.reopened_at is not null)
),
again as (
    select s.subject_id
    from subjects s
    join stg_case_handling h on h.case_id = s.case_id and h.contact_at <= s.resolved_at and (s.created_at <= h.contact_at or s.case_id = s.subject_id)
    group by s.subject_id
    having count(*) > 1
    union all
    select s.subject_id
    from subjects s
    join stg_case_transfers t on t.case_id = s.case_id and t.moved_at <= s.resolved_at and (s.created_at <= t.moved_at or s.case_id = s.subject_id)
    union all
    select s.subject_id
    from subjects s
    join stg_repeat_contacts c on c.case_id = s.case_id and c.resolved_at = s.resolved_at
)
select distinct subject_id from again
