-- about: One row per span of an open complaint or fault from its creation, a reopen or an update to the customer until the next
--   update (updated_at) or resolve (resolved_at), whichever comes first; both NULL: neither has come (B3). An update is what
--   a person did and the customer can see: a response, a progress report, a plan, a call or a call-back that reached him.
--   Where no events of cases are kept there are no spans: that nobody was told could not be known.
-- materialized: table
with kept as (
    select case_id, created_at, first_response_at, resolved_at, reopened_at, callback_at, callback_result
    from stg_case_wide
    where kind in ('complaint', 'fault') and created_at <= (select as_of from run_info) and exists (select 1 from stg_case_given)
),
told as ( -- what the wide columns say where no event of that type was reported
    select k.case_id, k.first_response_at as event_at, 'update' as step
    from kept k left join stg_case_firsts f on f.case_id = k.case_id where not coalesce(f.has_respond, false)
    union all
    select k.case_id, k.callback_at, 'update'
    from kept k left join stg_case_firsts f on f.case_id = k.case_id
    where k.callback_result <> 'unreached' and not coalesce(f.has_callback, false)
    union all
    select k.case_id, k.resolved_at, 'resolve'
    from kept k left join stg_case_firsts f on f.case_id = k.case_id where not coalesce(f.has_resolve, false)
    union all
    select k.case_id, k.reopened_at, 'open'
    from kept k left join stg_case_firsts f on f.case_id = k.case_id where not coalesce(f.has_reopen, false)
    union all
    select case_id, callback_at, 'open' from kept where callback_result = 'unsolved'
),
steps as (
    select case_id, created_at as event_at, 'open' as step from kept
    union
    select case_id, event_at, step from told where event_at <= (select as_of from run_info)
    union
    select g.case_id, g.event_at, case g.event_type when 'resolve' then 'resolve' when 'reopen' then 'open' else 'update' end
    from stg_case_given g
    join kept k on k.case_id = g.case_id
    where g.event_type in ('resolve', 'reopen') or (g.is_contact and g.event_type in ('respond', 'progress', 'plan', 'call', 'callback_ok'))
),
ordered as ( -- At one instant an update comes before a resolve and this before a reopen.
    select case_id, event_at, step, row_number() over later = 1 as is_first,
        lead(step) over later as next_step,
        lead(event_at) over later as next_at,
        last_value(case when step <> 'update' then step end ignore nulls)
            over (later rows between unbounded preceding and current row) as state
    from steps
    window later as (partition by case_id order by event_at, case step when 'update' then 1 when 'resolve' then 2 else 3 end)
)
select case_id, event_at as started_at, is_first,
    case when next_step = 'update' then next_at end as updated_at,
    case when next_step = 'resolve' then next_at end as resolved_at
from ordered
where state = 'open' and (next_step is null or next_step <> 'open')
