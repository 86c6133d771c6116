-- about: One row per complaint that was reached by a call-back, with what the customer said and who owned him when the complaint
--   had been resolved before it (D4): at the call where no resolve is known. A call-back whose answer opened the case again
--   is about what was before it.
-- order: called_on
-- key: subject_id
with called as (
    select f.subject_id, f.class_no, f.account_no, f.created_at, s.callback_at, s.callback_result,
        case when f.excluded_reason is not null then f.excluded_reason when f.recoded then 'recoded'
            when s.callback_result = 'refused' then 'unrated' end as excluded_reason,
        case when coalesce(r.last_resolved_at, f.resolved_at) <= s.callback_at then coalesce(r.last_resolved_at, f.resolved_at)
            else s.callback_at end as event_at
    from fct_cases f
    join dim_classes k on k.class_no = f.class_no
    left join fct_reopened_cases r on r.subject_id = f.subject_id
    join stg_case_steps s on s.case_id = coalesce(r.case_id, f.subject_id)
    where k.kind = 'complaint' and s.callback_result in ('satisfied', 'unsatisfied', 'unsolved', 'refused')
        and (r.started_at is null or r.started_at < s.callback_at) and (r.next_started_at is null or s.callback_at <= r.next_started_at)
)
select c.subject_id, c.class_no, c.created_at, c.callback_at, cast(c.callback_at as date) as called_on, c.callback_result,
    c.event_at, c.excluded_reason, coalesce(a.account_no, c.account_no) as account_no
from called c
left join dim_accounts b on b.account_no = c.account_no
left join dim_accounts a on a.customer_no = b.customer_no and a.valid_from <= cast(c.event_at as date) and cast(c.event_at as date) < a.valid_to
