-- about: One row per call-back about a case, tried or reached: the reported events, and what the wide columns of the case tell
--   where no reached one was reported. Who refuses to rate was reached.
-- materialized: table
with reported as (
    select case_id, "at" as called_at, type = 'callback_ok' as is_reached, actor_id as called_by
    from raw.case_events
    where superseded_by is null and type in ('callback_try', 'callback_ok')
    union all
    select case_id, "at", type = 'callback_ok', actor_id
    from raw.case_log
    where superseded_by is null and type in ('callback_try', 'callback_ok')
),
told as (
    select c.case_id, c.callback_at, c.callback_result <> 'unreached', c.callback_by
    from raw.cases c
    where c.superseded_by is null and c.callback_at is not null and c.callback_result is not null
        and not exists (select 1 from reported e where e.case_id = c.case_id and e.is_reached)
)
select case_id, called_at, is_reached, called_by from reported where called_at <= (select as_of from run_info)
union all
select * from told where callback_at <= (select as_of from run_info)
