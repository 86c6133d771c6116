-- about: One row per event that was reported of a case, from the event feeds and the calls logged against it.
--   Nobody said who acted: a person; nobody said who can see it: the customer. Pauses count when a coded reason says
--   that the customer is waited for (R4). Events after the business instant have not happened yet.
with reported as (
    select case_id, "at" as event_at, type as event_type, actor_kind, public as is_public, reason
    from raw.case_events
    where superseded_by is null
    union all
    select case_id, "at", type, actor_kind, public, reason
    from raw.case_log
    where superseded_by is null
    union all
    select case_id, started_at, 'call', 'human', true, null
    from raw.calls
    where superseded_by is null and case_id is not null and coalesce(direction, 'out') = 'out'
)
select
    case_id,
    event_at,
    cast(event_at as date) as event_on,
    event_type,
    coalesce(actor_kind, 'human') = 'human' and coalesce(is_public, true)
        and event_type in ('respond', 'progress', 'plan', 'call', 'callback_ok', 'resolve') as is_contact,
    coalesce(lower(trim(reason)) in ('待客户', 'customer'), false) as customer_side,
    reason
from reported
where event_at <= (select as_of from run_info)
