-- about: One row per event of a case: the reported ones, and those that the wide columns of the case tell where that
--   type has no reported event of its own. A call-back that hears "not solved" reopens the case in any event (D3). Each with its
--   instant, its day and both on the working clock.
with told as (
    select c.case_id, c.first_response_at as event_at, 'respond' as event_type, true as is_contact
    from stg_case_wide c left join stg_case_firsts f on f.case_id = c.case_id
    where c.first_response_at is not null and not coalesce(f.has_respond, false)
    union all
    select c.case_id, c.resolved_at, 'resolve', true
    from stg_case_wide c left join stg_case_firsts f on f.case_id = c.case_id
    where c.resolved_at is not null and not coalesce(f.has_resolve, false)
    union all
    select c.case_id, c.reopened_at, 'reopen', false
    from stg_case_wide c left join stg_case_firsts f on f.case_id = c.case_id
    where c.reopened_at is not null and not coalesce(f.has_reopen, false)
    union all
    select case_id, callback_at, 'reopen', false
    from stg_case_wide
    where callback_result = 'unsolved' and callback_at is not null
    union all
    select c.case_id, c.closed_at, 'close', false
    from stg_case_wide c left join stg_case_firsts f on f.case_id = c.case_id
    where c.closed_at is not null and not coalesce(f.has_close, false)
    union all
    select c.case_id, c.plan_submitted_at, 'plan', false
    from stg_case_wide c left join stg_case_firsts f on f.case_id = c.case_id
    where c.plan_submitted_at is not null and not coalesce(f.has_plan, false)
    union all
    select c.case_id, c.callback_at, case when c.callback_result = 'unreached' then 'callback_try' else 'callback_ok' end,
        c.callback_result <> 'unreached'
    from stg_case_wide c left join stg_case_firsts f on f.case_id = c.case_id
    where c.callback_at is not null and not coalesce(f.has_callback, false)
),
events as (
    select case_id, event_at, event_type, is_contact, customer_side, reason
    from stg_case_given
    union all
    select case_id, event_at, event_type, coalesce(is_contact, false), false, null
    from told
    where event_at <= (select as_of from run_info)
),
timed as (
    select e.*, cast(e.event_at as date) as event_on, d.day_s + epoch(e.event_at)::bigint % 86400 as event_s, d.day_no, d.work_no,
        d.work_before_s, d.open1_s, d.close1_s, d.open2_s, d.close2_s, d.open3_s, d.close3_s
    from events e
    left join calendar_days d on d.day = cast(e.event_at as date)
)
select
    case_id, event_at, event_on, event_s, event_type, is_contact, customer_side, reason,
    day_no as event_day,
    work_no as event_work,
    work_before_s + greatest(0, least(event_s, close1_s) - open1_s) + greatest(0, least(event_s, close2_s) - open2_s)
        + greatest(0, least(event_s, close3_s) - open3_s) as event_f
from timed
