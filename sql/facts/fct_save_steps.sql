-- about: one row per request to cancel and step of saving it: hall (from the request until the manager is notified) and
--   manager (from then until the first attempt), each against its limit (save_notice, save_start) on the limit's own
--   clock. A limit in days ends with its last second; due_on is that day. The hall's step is nobody's (hall), the
--   manager's that of the owner at the earlier of deadline and first attempt (R10). excluded_reason: that of the request, not_notified,
--   rule_unset, withdrawn (taken back before the step was due, and not done)
-- key: request_id, step
with step as (
  select request_id, customer_id, 'hall' as step, requested_at as from_at,
    coalesce(notified_at, attempt_at) as done_at, outcome, decided_at, requested_at, excluded_reason as own_reason
  from stg_cancel_requests
  union all
  select request_id, customer_id, 'manager', coalesce(notified_at, requested_at), attempt_at, outcome, decided_at,
    requested_at, case when excluded_reason is not null then excluded_reason when notified_at is null then 'not_notified' end
  from stg_cancel_requests
), ruled as (
  select s.*,
    coalesce(n.rule_version, b.rule_version) as rule_version, coalesce(n.clock, b.clock) as clock,
    coalesce(n.limit_s, b.limit_s) as limit_s, coalesce(n.limit_days, b.limit_days) as limit_days
  from step s
  left join dim_accounts a on a.customer_id = s.customer_id and a.valid_from <= cast(s.from_at as date) and cast(s.from_at as date) < a.valid_to
  left join rule_limits n on n.rule = 'save_notice' and n.kind = 'request' and n.severity = 'normal'
    and n.tier = case when s.step = 'hall' then coalesce(a.tier, 0) end and n.valid_from <= cast(s.from_at as date) and cast(s.from_at as date) < n.valid_to
  left join rule_limits b on b.rule = 'save_start' and b.kind = 'request' and b.severity = 'normal'
    and b.tier = case when s.step = 'manager' then coalesce(a.tier, 0) end and b.valid_from <= cast(s.from_at as date) and cast(s.from_at as date) < b.valid_to
), clocked as (
  select r.*, coalesce(r.limit_s, r.limit_days) as length_x,
    case when r.limit_s is not null and r.clock = 'working' then 'working_s' when r.limit_s is not null then 'calendar_s'
      when r.limit_days is not null and r.clock = 'working' then 'working_days' when r.limit_days is not null then 'calendar_days' end as measure,
    d0.day_no as day0, d0.work_no as work0, d1.day_no as day1, d1.work_no_next as work1,
    d0.day_s + extract(hour from r.from_at) * 3600 + extract(minute from r.from_at) * 60 + cast(extract(second from r.from_at) as bigint) as s0,
    d1.day_s + extract(hour from r.done_at) * 3600 + extract(minute from r.done_at) * 60 + cast(extract(second from r.done_at) as bigint) as s1,
    d0.work_before_s as b0, d0.open1_s as o01, d0.close1_s as c01, d0.open2_s as o02, d0.close2_s as c02, d0.open3_s as o03, d0.close3_s as c03,
    d1.work_before_s as b1, d1.open1_s as o11, d1.close1_s as c11, d1.open2_s as o12, d1.close2_s as c12, d1.open3_s as o13, d1.close3_s as c13
  from ruled r
  left join calendar_days d0 on d0.day = cast(r.from_at as date)
  left join calendar_days d1 on d1.day = cast(r.done_at as date)
), worked as (
  select c.*,
    b0 + greatest(0, least(s0, c01) - o01) + greatest(0, least(s0, c02) - o02) + greatest(0, least(s0, c03) - o03) as f0,
    b1 + greatest(0, least(s1, c11) - o11) + greatest(0, least(s1, c12) - o12) + greatest(0, least(s1, c13) - o13) as f1
  from clocked c
), measured as (
  select w.*, length_x + case measure when 'working_s' then f0 when 'calendar_s' then s0 when 'working_days' then work0 else day0 end as due_x,
    case measure when 'working_s' then f1 - f0 when 'calendar_s' then s1 - s0 when 'working_days' then work1 - work0 else day1 - day0 end as took_x
  from worked w
), timed as (
  select m.*,
    case m.measure when 'working_s' then m.from_at + (w.open_s + m.due_x - w.f_from - m.s0) * interval '1' second
      when 'calendar_s' then m.from_at + m.length_x * interval '1' second
      when 'working_days' then e.day + interval '1' day when 'calendar_days' then n.day + interval '1' day end as due_at,
    case m.measure when 'working_s' then w.day when 'calendar_s' then cast(m.from_at + m.length_x * interval '1' second as date)
      when 'working_days' then e.day else n.day end as due_day
  from measured m
  left join calendar_work w on w.bucket = case when m.measure = 'working_s' then m.due_x - m.due_x % 3600 end and w.f_from < m.due_x and m.due_x <= w.f_to
  left join calendar_days e on e.is_workday and e.work_no = case when m.measure = 'working_days' then m.due_x end
  left join calendar_days n on n.day_no = case when m.measure = 'calendar_days' then m.due_x end
), owed as (
  select t.*, coalesce(due_day, cast(from_at as date)) as due_on,
    greatest(cast(from_at as date), case when due_day is not null and (done_at is null or due_day < cast(done_at as date)) then due_day
      when done_at is not null then cast(done_at as date) else cast(from_at as date) end) as accountable_on
  from timed t
)
select o.request_id, o.step, o.customer_id, o.requested_at, o.from_at, o.done_at, o.due_at, o.due_on,
  coalesce(o.took_x <= o.length_x, false) as is_met, cast(o.s1 - o.s0 as bigint) as took_calendar_s, cast(o.f1 - o.f0 as bigint) as took_work_s, o.rule_version,
  case when o.own_reason is not null then o.own_reason
    when o.measure is null then 'rule_unset'
    when o.done_at is null and o.outcome = 'withdrawn' and o.decided_at <= o.due_at then 'withdrawn' end as excluded_reason,
  case when o.step = 'hall' then null else a.manager_id end as manager_id,
  case when o.step = 'hall' then 'hall' when a.manager_id is null then coalesce(a.unassigned_reason, 'no_owner') end as unassigned_reason,
  case when o.step = 'hall' then null else a.team end as team, a.region, a.tier
from owed o
left join dim_accounts a on a.customer_id = o.customer_id and a.valid_from <= o.accountable_on and o.accountable_on < a.valid_to
