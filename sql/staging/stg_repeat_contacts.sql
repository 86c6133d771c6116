-- about: One row per resolve after which the same customer raised another case of the same category within the reopen window
--   (C4). A case that the customer did not raise, or that counts nowhere, is no other case; no category is one category.
-- materialized: table
with raised as (
    select customer_id, coalesce(category, '') as category, created_at
    from stg_cases
    where excluded_reason is null and coalesce(initiated_by, 'customer') = 'customer' and created_at <= (select as_of from run_info)
),
resolves as (
    select c.case_id, c.customer_id, coalesce(c.category, '') as category, c.created_at, c.resolved_at
    from stg_cases c
    where c.resolved_at is not null
    union
    select c.case_id, c.customer_id, coalesce(c.category, ''), c.created_at, e.event_at
    from stg_case_cycles e
    join stg_cases c on c.case_id = e.case_id
    where e.event_type = 'resolve'
)
select s.case_id, s.resolved_at, n.created_at as raised_at
from resolves s
asof join raised n on n.customer_id = s.customer_id and n.category = s.category and s.resolved_at < n.created_at
join rule_params w on w.name = 'reopen_window_days' and w.valid_from <= cast(s.created_at as date) and cast(s.created_at as date) < w.valid_to
where cast(n.created_at as date) <= cast(s.resolved_at as date) + cast(w.value as integer)
