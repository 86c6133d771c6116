-- about: One row per subject whose first resolve was not the first handling: the customer was contacted more than once before it,
--   it was passed on, or he raised another case of the category within the reopen window after it; a case that came
--   back after its own window is another case (edge 2). A case that the customer did not raise, or that counts nowhere, is no
--   other case; no category is one category.
-- order: subject_id
-- key: subject_id
with subject as ( -- a customer's cases of one category have one number: numbers are sorted faster than names
    select a.customer_no * cast(100000 as bigint) + k.category_no as topic_no, f.subject_id, f.subject_no, f.reopens, f.created_at, f.resolved_at,
        f.reopen_window, f.by_customer and f.excluded_reason is null as is_contact
    from fct_cases f
    join dim_accounts a on a.account_no = f.account_no
    join (select class_no, dense_rank() over (order by coalesce(category, '') nulls last) as category_no from dim_classes) k on k.class_no = f.class_no
),
resolved as (
    select s.topic_no, s.subject_id, s.subject_id as case_id, s.created_at, s.resolved_at, s.reopen_window
    from subject s
    where s.subject_no = 1 and s.reopens = 0 and s.resolved_at is not null
    union all
    select s.topic_no, r.subject_id, r.case_id, s.created_at, r.first_resolved_at, s.reopen_window
    from fct_reopened_cases r
    join subject s on s.subject_id = r.subject_id
    where r.first_resolved_at is not null and (r.subject_no > 1 or r.reopened_at is not null)
),
event as (
    select topic_no, subject_id, resolved_at as happened_at, 0 as is_raise, reopen_window from resolved
    union all
    select topic_no, cast(null as varchar), created_at, 1, cast(null as integer) from subject where is_contact
),
followed as ( -- each with the next case that was raised after it
    select subject_id, happened_at, is_raise, reopen_window, min(case when is_raise = 1 then happened_at end) over (
        partition by topic_no order by happened_at desc nulls last, is_raise nulls last rows between unbounded preceding and current row) as raised_at
    from event
    where topic_no is not null
),
again as (
    select s.subject_id
    from resolved s
    join stg_case_handling h on h.case_id = s.case_id and s.created_at <= h.contact_at and h.contact_at <= s.resolved_at
    group by s.subject_id
    having count(*) > 1
    union all
    select s.subject_id
    from resolved s
    join stg_case_transfers t on t.case_id = s.case_id and t.moved_at <= s.resolved_at and (s.created_at <= t.moved_at or s.case_id = s.subject_id)
    union all
    select subject_id
    from followed
    where is_raise = 0 and cast(raised_at as date) <= cast(happened_at as date) + reopen_window * interval '1' day
)
select distinct subject_id from again
