-- about: One row per subject whose first resolve was not the first handling: the customer was contacted more than once before it,
--   it was passed on, or he raised another case of the category within the reopen window after it; a case that came
--   back after its own window is another case (edge 2).
-- order: subject_id
-- key: subject_id
with subjects as (
    select f.subject_id, f.subject_id as case_id, f.account_no, f.class_no, f.created_at, f.resolved_at
    from fct_cases f
    where f.subject_no = 1 and f.reopens = 0 and f.resolved_at is not null
    union all
    select r.subject_id, r.case_id, f.account_no, f.class_no, f.created_at, r.first_resolved_at
    from fct_reopened_cases r
    join fct_cases f on f.subject_id = r.subject_id
    where r.first_resolved_at is not null and (r.subject_no > 1 or r.reopened_at is not null)
),
recurring as (
    select f.subject_id, a.customer_no, coalesce(k.category, '') as category, f.created_at as started_at, d.day_no
    from fct_case_subjects x
    join fct_cases f on f.subject_id = x.case_id || '#' || cast(x.subject_no as varchar)
    join stg_cases c on c.case_id = x.case_id
    join dim_accounts a on a.account_no = f.account_no
    join dim_classes k on k.class_no = f.class_no
    join calendar_days d on d.day = cast(f.created_at as date)
    where x.subject_no > 1 and f.excluded_reason is null and coalesce(c.initiated_by, 'customer') = 'customer'
),
again as (
    select s.subject_id
    from subjects s
    join stg_case_handling h on h.case_id = s.case_id and s.created_at <= h.contact_at and h.contact_at <= s.resolved_at
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
    union all
    select s.subject_id
    from recurring n
    join dim_accounts a on a.customer_no = n.customer_no
    join subjects s on s.account_no = a.account_no and s.resolved_at < n.started_at and s.subject_id <> n.subject_id
    join dim_classes k on k.class_no = s.class_no and coalesce(k.category, '') = n.category
    join calendar_days d on d.day = cast(s.resolved_at as date)
    join rule_params w on w.name = 'reopen_window_days' and w.valid_from <= cast(s.created_at as date) and cast(s.created_at as date) < w.valid_to
    where n.day_no <= d.day_no + w.value
)
select distinct subject_id from again
