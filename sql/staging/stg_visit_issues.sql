-- about: one row per issue raised on a visit, by the customer of the visit, as far as it is known by the run's business
--   instant. finished_at is the moment from which it is both closed and told to the customer
select i.issue_id, i.visit_id, v.customer_id, i.raised_at, cast(i.raised_at as date) as raised_on, i.due_on,
  case when greatest(i.closed_at, i.told_at) <= r.as_of and i.closed_at is not null and i.told_at is not null
    then greatest(i.closed_at, i.told_at) end as finished_at
from raw.visit_issues i
cross join run_info r
left join raw.visits v on v.visit_id = i.visit_id and v.superseded_by is null
where i.superseded_by is null and i.raised_at <= r.as_of
