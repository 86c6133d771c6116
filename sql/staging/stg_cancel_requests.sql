-- about: one row per request to cancel that had been made by the run's business instant, with what was known of it then, the
--   days after which it is judged (NULL: save_days is not set) and why it counts nowhere: transferred (the customer
--   changes hands), number_change, test (by its reason), not_key (no key account on that day; without the feed all are),
--   repeat_request (within save_days after a request that counts)
-- materialized: table
with request as (
  select q.request_id, q.customer_id, q."at" as requested_at, cast(q."at" as date) as requested_on,
    case when q.notified_at <= r.as_of then q.notified_at end as notified_at,
    case when q.attempt_at <= r.as_of then q.attempt_at end as attempt_at,
    case when q.decided_at <= r.as_of then q.decided_at end as decided_at,
    case when q.decided_at is null or q.decided_at <= r.as_of then q.outcome end as outcome,
    q.manager_id, q.services, coalesce(q.concession_fen, 0) as concession_fen, p.value as save_days,
    case when regexp_matches(q.reason, '(?i)过户|transfer of ownership') then 'transferred'
      when regexp_matches(q.reason, '(?i)换号|改号|内部携|number change') then 'number_change'
      when regexp_matches(q.reason, '(?i)测试|^test') then 'test' end as own_reason
  from raw.cancel_requests q
  cross join run_info r
  left join rule_params p on p.name = 'save_days' and p.valid_from <= cast(q."at" as date) and cast(q."at" as date) < p.valid_to
  where q.superseded_by is null and q."at" <= r.as_of
), keyed as (
  select q.*, coalesce(q.own_reason, case when exists (select 1 from raw.key_accounts)
      and not exists (select 1 from raw.key_accounts k where k.superseded_by is null and k.customer_id = q.customer_id
        and k."from" <= q.requested_on and (k."to" is null or q.requested_on <= k."to")) then 'not_key' end) as first_reason
  from request q
), a_day as ( -- of several requests of one day the first counts
  select customer_id, requested_on, min((requested_at, request_id)) as first_request, max(coalesce(save_days, -1)) as gap
  from keyed
  where first_reason is null
  group by customer_id, requested_on
), walked as (
  select customer_id,
    list_reduce(list([gap, cast(requested_on - date '1970-01-01' as bigint)] order by requested_on),
      lambda kept, next: case when next[2] - kept[-1] > next[1] then list_concat(kept, next) else kept end) as kept
  from a_day
  group by customer_id
), counted as (
  select d.first_request[2] as request_id
  from (select customer_id, unnest(list_filter(kept, lambda day, place: place % 2 = 0)) as day_no from walked) c
  join a_day d on d.customer_id = c.customer_id and cast(d.requested_on - date '1970-01-01' as bigint) = c.day_no
)
select k.request_id, k.customer_id, k.requested_at, k.requested_on, k.notified_at, k.attempt_at, k.decided_at, k.outcome,
  k.manager_id, k.services, k.concession_fen, k.save_days,
  coalesce(k.first_reason, case when c.request_id is null then 'repeat_request' end) as excluded_reason
from keyed k
left join counted c on c.request_id = k.request_id
