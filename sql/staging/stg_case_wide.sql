-- about: One row per case as reported: the current rows of cases, and a case for each case_id that only the case log
--   knows, created at its first event, with the last value that its events give for each attribute.
--   Cases created after the business instant are still in it: fct_cases leaves them out.
with logged as (
    select
        case_id,
        min("at") as created_at,
        last(customer_id order by "at", type, customer_id) filter (where customer_id is not null) as customer_id,
        last(kind order by "at", type, kind) filter (where kind is not null) as kind,
        last(category order by "at", type, category) filter (where category is not null) as category,
        last(severity order by "at", type, severity) filter (where severity is not null) as severity,
        last(channel order by "at", type, channel) filter (where channel is not null) as channel
    from raw.case_log
    where superseded_by is null
    group by case_id
)
select
    case_id, customer_id, kind, created_at, category, severity, channel, initiated_by, first_receiver_id, manager_id,
    first_response_at, plan_submitted_at, resolved_at, resolution, closed_at, callback_at, callback_result, reopened_at,
    source_ref, dup_of, merged_into, invalid_reason, is_test, recoded_at, recoded_by, department
from raw.cases
where superseded_by is null
union all
select
    l.case_id, l.customer_id, coalesce(l.kind, 'request'), l.created_at, l.category, l.severity, l.channel, null, null, null,
    null, null, null, null, null, null, null, null,
    null, null, null, null, null, null, null, null
from logged l
where not exists (select 1 from raw.cases c where c.superseded_by is null and c.case_id = l.case_id)
