-- about: One row per event of the case log, with the source's own name of the activity.
select
    case_id,
    "at" as event_at,
    cast("at" as date) as event_on,
    epoch("at")::bigint as civil_s,
    type as event_type,
    activity,
    actor_id,
    customer_id
from raw.case_log
where superseded_by is null and "at" <= (select as_of from run_info)
