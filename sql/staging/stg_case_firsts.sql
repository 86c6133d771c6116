-- about: One row per case of which events were reported: what the wide columns of the case must give way to.
-- materialized: table
select
    case_id,
    min(event_at) filter (where is_contact) as contact_at,
    max(event_at) filter (where event_type = 'resolve') as resolved_at,
    bool_or(event_type = 'respond') as has_respond,
    bool_or(event_type = 'resolve') as has_resolve,
    bool_or(event_type = 'reopen') as has_reopen,
    bool_or(event_type = 'close') as has_close,
    bool_or(event_type = 'plan') as has_plan,
    bool_or(event_type = 'callback_ok') as has_callback
from stg_case_given
group by case_id
