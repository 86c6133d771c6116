-- about: the times of cases that have no effect because the event log tells another one of the same case: a wide column
--   speaks only for a type that has no reported event. The first response is that of a person which the customer can see
--   (R5), where there is one. Less than a minute is the rounding of a list, not another time
-- name_zh: 工单表与事件记录的时间一致（不一致时以事件记录为准，工单表的更正不起作用）
-- name_en: Cases and their events tell the same times (where not, the events hold and a correction of the case has no effect)
-- blocking: no
with logged as (
    select case_id,
        coalesce(min(event_at) filter (where event_type = 'respond' and is_contact), min(event_at) filter (where event_type = 'respond')) as respond_at,
        min(event_at) filter (where event_type = 'plan') as plan_at,
        max(event_at) filter (where event_type = 'resolve') as resolve_at,
        max(event_at) filter (where event_type = 'reopen') as reopen_at,
        max(event_at) filter (where event_type = 'close') as close_at,
        max(event_at) filter (where event_type = 'callback_ok') as callback_ok_at
    from stg_case_given
    group by case_id
),
told as materialized (
    select l.*, c.first_response_at, c.plan_submitted_at, c.resolved_at, c.reopened_at, c.closed_at,
        case when c.callback_result <> 'unreached' then c.callback_at end as callback_at
    from stg_case_wide c
    join logged l on l.case_id = c.case_id
),
pairs as (
    select case_id, 'first_response_at' as column_name, first_response_at as in_cases, respond_at as in_events from told
    union all
    select case_id, 'plan_submitted_at', plan_submitted_at, plan_at from told
    union all
    select case_id, 'resolved_at', resolved_at, resolve_at from told
    union all
    select case_id, 'reopened_at', reopened_at, reopen_at from told
    union all
    select case_id, 'closed_at', closed_at, close_at from told
    union all
    select case_id, 'callback_at', callback_at, callback_ok_at from told
)
select p.case_id, p.column_name, p.in_cases, p.in_events
from pairs p
cross join run_info r
where p.in_cases <= r.as_of and abs(epoch(p.in_cases) - epoch(p.in_events)) >= 60
