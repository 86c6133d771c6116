-- about: one row per visit that had begun by the run's business instant, with the reason why it is not a valid one.
--   A call is no visit. A criterion whose column is empty in the whole feed is not judged. Two visits of one manager at two customers at the
--   same time are both invalid until reviewed; acts is true when the visitor is the customer's owner that day, or acts
--   for him (deputy, member, leave deputy); duty_customer_id follows mergers
-- materialized: table
with kept as ( -- which criteria anybody filled in
  select bool_or(v.checkin is not null or v.form_ref is not null) as checks, bool_or(v.contact_role is not null) as contacts,
    bool_or(v.purpose is not null) as purposes, bool_or(v.outcome is not null) as outcomes,
    bool_or(v.recorded_at is not null) as records, bool_or(v.ended_at is not null) as endings
  from raw.visits v
  cross join run_info r
  where v.superseded_by is null and v.started_at <= r.as_of
), visit as (
  select v.*, cast(v.started_at as date) as started_on, coalesce(v.ended_at, v.started_at) as until_at
  from raw.visits v
  cross join run_info r
  where v.superseded_by is null and v.started_at <= r.as_of
), place as ( -- a visit beyond midnight is on more than one day
  select v.visit_id, v.manager_id, v.customer_id, v.started_at, v.until_at,
    cast(unnest(generate_series(cast(v.started_on as timestamp), greatest(v.started_at, least(v.until_at, r.as_of)), interval 1 day)) as date) as day
  from visit v
  cross join run_info r
), twofold as (
  select distinct a.visit_id
  from place a
  join place b on b.manager_id = a.manager_id and b.day = a.day and b.customer_id <> a.customer_id
    and (a.started_at < b.until_at and b.started_at < a.until_at or a.started_at = b.started_at)
)
select v.visit_id, v.customer_id, v.manager_id as visitor_id, v.started_at, v.started_on, v.mode, v.contact_role,
  v.recorded_at, cast(v.recorded_at as date) as recorded_on, k.records as records_kept,
  cast(epoch(v.ended_at) - epoch(v.started_at) as bigint) as lasted_s, k.endings as endings_kept,
  cast(v.started_on - date '1970-01-01' as bigint) as day_no,
  case when v.mode = 'phone' then 'phone'
    when v.reviewed = 'rejected' then 'rejected'
    when k.checks and not coalesce(v.checkin, false) and v.form_ref is null then 'no_checkin'
    when k.contacts and v.contact_role is null then 'no_contact'
    when k.purposes and v.purpose is null then 'no_purpose'
    when k.outcomes and v.outcome is null then 'no_outcome'
    when t.visit_id is not null and v.reviewed is null then 'two_places'
  end as invalid_reason,
  coalesce(f.follows_id, v.customer_id) as duty_customer_id,
  o.manager_id is not null and (o.manager_id = v.manager_id
    or exists (select 1 from stg_assigned s where s.customer_id = o.customer_id and s.manager_id = v.manager_id
        and s.valid_from <= v.started_on and v.started_on < s.valid_to)) as acts
from visit v
cross join kept k
left join twofold t on t.visit_id = v.visit_id
left join (select * from stg_follows where follows_id <> customer_id) f on f.customer_id = v.customer_id and f.valid_from <= v.started_on and v.started_on < f.valid_to
left join stg_owners o on o.customer_id = coalesce(f.follows_id, v.customer_id) and o.valid_from <= v.started_on and v.started_on < o.valid_to
