-- about: One row per contact, resolve and reopen of each case that was ever reopened, as in stg_case_events: few cases, so
--   they are picked first and timed then.
-- materialized: table
with reopened as (
    select case_id from stg_case_given where event_type = 'reopen'
    union
    select case_id from stg_case_wide where reopened_at is not null or (callback_result = 'unsolved' and callback_at is not null)
),
picked as (
    select c.*, f.has_respond, f.has_resolve, f.has_reopen, f.has_callback
    from stg_case_wide c
    join reopened r on r.case_id = c.case_id
    left join stg_case_firsts f on f.case_id = c.case_id
),
events as (
    select g.case_id, g.event_at, g.event_type, g.is_contact, g.customer_side
    from stg_case_given g
    join reopened r on r.case_id = g.case_id
    union all
    select case_id, first_response_at, 'respond', true, false from picked where not coalesce(has_respond, false)
    union all
    select case_id, resolved_at, 'resolve', true, false from picked where not coalesce(has_resolve, false)
    union all
    select case_id, reopened_at, 'reopen', false, false from picked where not coalesce(has_reopen, false)
    union all
    select case_id, callback_at, 'reopen', false, false from picked where callback_result = 'unsolved'
    union all
    select case_id, callback_at, 'callback_ok', true, false from picked
    where callback_result <> 'unreached' and not coalesce(has_callback, false)
),
timed as (
    select e.*, d.day_s + epoch(e.event_at)::bigint % 86400 as event_s, d.day_no, d.work_no,
        d.work_before_s, d.open1_s, d.close1_s, d.open2_s, d.close2_s, d.open3_s, d.close3_s
    from events e
    left join calendar_days d on d.day = cast(e.event_at as date)
    where e.event_at <= (select as_of from run_info) and (e.is_contact or e.event_type in ('resolve', 'reopen'))
)
select
    case_id, event_at, cast(event_at as date) as event_on, event_s, event_type, is_contact, customer_side,
    day_no as event_day,
    work_no as event_work,
    work_before_s + greatest(0, least(event_s, close1_s) - open1_s) + greatest(0, least(event_s, close2_s) - open2_s)
        + greatest(0, least(event_s, close3_s) - open3_s) as event_f
from timed
