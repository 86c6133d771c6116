-- about: one row per request to cancel. judged_on is save_days after it; services are those it is about, kept those of them
--   that run on that day while the customer (or the survivor of its merger) is active and billed in that day's account
--   month, or in the last loaded one before it; base_fen is their monthly price, kept_fen that of the kept ones (NULL: no
--   price is known). Accountable is the manager who made the attempt, else the owner on the day of the request; nobody
--   (withdrawn_early) when the customer took the request back before anybody made contact. excluded_reason: those of
--   stg_cancel_requests, rule_unset, no_services
-- key: request_id
-- rows_from: stg_cancel_requests
with request as (
  select q.*, j.day as judged_on, j.ym as judged_ym
  from stg_cancel_requests q
  join calendar_days d on d.day = q.requested_on
  left join calendar_days j on j.day_no = d.day_no + q.save_days
), loaded as (
  select max(ym) as last_ym from fct_revenue_months
), present as ( -- whom the customer is on the day, and the account month that tells whether that one is billed
  select q.request_id, q.customer_id, q.judged_on, coalesce(f.follows_id, q.customer_id) as now_id,
    case when q.judged_ym < l.last_ym then q.judged_ym else l.last_ym end as ym
  from request q
  cross join loaded l
  left join stg_follows f on f.customer_id = q.customer_id and f.valid_from <= q.judged_on and q.judged_on < f.valid_to
), standing as (
  select p.request_id, max(case when a.customer_id is not null then 1 else 0 end) as is_active,
    max(case when p.ym is null or v.revenue_fen > 0 or o.revenue_fen > 0 then 1 else 0 end) as is_billed
  from present p
  left join fct_activity a on a.customer_id = p.now_id and a.valid_from <= p.judged_on and p.judged_on < a.valid_to
  left join fct_revenue_months v on v.customer_id = p.now_id and v.ym = p.ym
  left join fct_revenue_months o on o.customer_id = p.customer_id and o.ym = p.ym
  group by p.request_id
), served as (
  select s.request_id, s.monthly_fen,
    case when s.started_on <= q.judged_on and q.judged_on < s.stops_on then t.is_active * t.is_billed else 0 end as is_kept
  from stg_cancel_services s
  join request q on q.request_id = s.request_id
  join standing t on t.request_id = s.request_id
), summed as (
  select request_id, count(*) as services, cast(sum(is_kept) as bigint) as kept, cast(sum(monthly_fen) as bigint) as base_fen,
    cast(sum(is_kept * monthly_fen) as bigint) as kept_fen
  from served
  group by request_id
), answering as (
  select q.request_id, a.region, a.tier, coalesce(q.outcome = 'withdrawn' and q.attempt_at is null, false) as is_withdrawn,
    m.manager_id is not null as by_attempt, m.manager_id as attempt_manager, m.team as attempt_team,
    a.manager_id, a.unassigned_reason, a.team
  from request q
  left join dim_accounts a on a.customer_id = q.customer_id and a.valid_from <= q.requested_on and q.requested_on < a.valid_to
  left join stg_manager_versions m on m.manager_id = q.manager_id and m.valid_from <= cast(q.attempt_at as date)
    and cast(q.attempt_at as date) < m.valid_to
)
select q.request_id, q.customer_id, q.requested_at, q.requested_on, q.judged_on, q.notified_at, q.attempt_at, q.decided_at,
  q.outcome, w.is_withdrawn, q.concession_fen, cast(coalesce(s.services, 0) as bigint) as services, cast(coalesce(s.kept, 0) as bigint) as kept,
  s.base_fen, s.kept_fen,
  case when q.excluded_reason is not null then q.excluded_reason
    when q.save_days is null then 'rule_unset'
    when s.services is null then 'no_services' end as excluded_reason,
  case when w.is_withdrawn then null when w.by_attempt then w.attempt_manager else w.manager_id end as manager_id,
  case when w.is_withdrawn then 'withdrawn_early' when w.by_attempt then null
    when w.manager_id is null then coalesce(w.unassigned_reason, 'no_owner') end as unassigned_reason,
  case when w.is_withdrawn then null when w.by_attempt then w.attempt_team else w.team end as team,
  w.region, w.tier
from request q
join answering w on w.request_id = q.request_id
left join summed s on s.request_id = q.request_id
