-- about: one row, the days that the loaded events lie on: from the first day of the month of the earliest case, answer,
--   visit, call or bill to the last day that had begun by the run's business instant
-- materialized: table
with event as (
  select min(created_at) as at from raw.cases where superseded_by is null
  union all select min("at") from raw.case_log where superseded_by is null
  union all select min(coalesce(sent_at, answered_at)) from raw.surveys where superseded_by is null
  union all select min(started_at) from raw.visits where superseded_by is null
  union all select min(started_at) from raw.calls where superseded_by is null
  union all select min(issued_on) from raw.bills where superseded_by is null
  union all select min(make_date(cast(account_month // 100 as integer), cast(account_month % 100 as integer), 1)) from raw.bills where superseded_by is null
)
select coalesce(date_trunc('month', min(e.at)), date_trunc('month', max(r.as_of)))::date as first_on,
  case when max(r.as_of) > cast(max(r.as_of_on) as timestamp) then max(r.as_of_on) + 1 else max(r.as_of_on) end as end_on
from event e cross join run_info r
