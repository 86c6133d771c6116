-- about: One row per contact that the customer could see, resolves not counted, of cases that had more than one of them. A wide
--   first response and a wide call-back that reached him count where none was reported.
-- materialized: table
with contacts as (
    select case_id, event_at
    from stg_case_given
    where is_contact and event_type in ('respond', 'progress', 'plan', 'call', 'callback_ok')
    union all
    select c.case_id, c.first_response_at
    from stg_case_wide c
    left join stg_case_firsts f on f.case_id = c.case_id
    where c.first_response_at <= (select as_of from run_info) and not coalesce(f.has_respond, false)
    union all
    select c.case_id, c.callback_at
    from stg_case_wide c
    left join stg_case_firsts f on f.case_id = c.case_id
    where c.callback_at <= (select as_of from run_info) and c.callback_result <> 'unreached' and not coalesce(f.has_callback, false)
),
several as (
    select case_id from contacts group by case_id having count(*) > 1
)
select c.case_id, c.event_at as contact_at
from contacts c
join several s on s.case_id = c.case_id
