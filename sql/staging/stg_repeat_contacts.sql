-- about: One row per resolve after which the same customer raised another case of the same category within the reopen window
--   (C4). A case that the customer did not raise, or that counts nowhere, is no other case; no category is one category. A
--   case was raised when the earliest of those merged into it was (R7).
-- materialized: table
with merged as (
    select s.survivor_id, min(c.created_at) as created_at
    from stg_case_survivors s
    join raw.cases c on c.case_id = s.case_id and c.superseded_by is null
    where s.survivor_id is not null
    group by s.survivor_id
),
raised as (
    select c.customer_id, coalesce(c.category, '') as category, least(c.created_at, coalesce(m.created_at, c.created_at)) as created_at
    from stg_cases c
    left join merged m on m.survivor_id = c.case_id
    where excluded_reason is null and coalesce(initiated_by, 'customer') = 'customer' and c.created_at <= (select as_of from run_info)
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
