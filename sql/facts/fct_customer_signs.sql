-- about: one row per customer with its owner, team, region and tier on the run's business day, and what its health, value and
--   risk are worked out from (docs/customers.md), in whole numbers. What happened to customers merged into one is the
--   survivor's. NULL where it is not known: the feed is not loaded, a parameter that says over how many days is not set, or there is nothing
--   to say it of. is_active: a service runs and it is not churned. months is of base_fen, before_fen is of the same
--   months a year earlier (NULL for who came after their first day), year_fen of the last twelve; gap_days since the last valid
--   visit, max_gap_days what its cadence allows; open_fen and overdue_fen without projects and disputes
-- order: customer_id
-- key: customer_id
with today as (
  select r.as_of, r.as_of_on, d.day_no, b.value as base_months,
    cast(r.as_of_on - coalesce(h.value, 0) * interval '1' day as date) as cases_from, h.value as case_days,
    cast(r.as_of_on - coalesce(s.value, 0) * interval '1' day as date) as answers_from, s.value as answer_days
  from run_info r
  join calendar_days d on d.day = r.as_of_on
  left join rule_params b on b.name = 'retention_base_months' and b.valid_from <= r.as_of_on and r.as_of_on < b.valid_to
  left join rule_params h on h.name = 'health_days' and h.valid_from <= r.as_of_on and r.as_of_on < h.valid_to
  left join rule_params s on s.name = 'health_answer_days' and s.valid_from <= r.as_of_on and r.as_of_on < s.valid_to
), loaded as (
  select (select count(*) from fct_cases) as cases, (select count(*) from fct_bills) as bills,
    (select count(*) from stg_cancel_requests) as requests, (select count(*) from stg_services where monthly_fen is not null or product is not null) as services
), who as (
  select distinct a.customer_id, coalesce(c.survivor_id, a.customer_id) as counts_for
  from dim_accounts a
  left join dim_customers c on c.customer_id = a.customer_id
  where a.customer_id is not null
), active as (
  select w.counts_for as customer_id, min(a.valid_from) as first_from,
    max(case when a.customer_id = w.counts_for and a.valid_from <= t.as_of_on and t.as_of_on < a.valid_to then 1 else 0 end) as is_active
  from fct_activity a
  join who w on w.customer_id = a.customer_id
  cross join today t
  group by w.counts_for
), came as (
  select a.customer_id, a.is_active,
    case when c.first_active_on < a.first_from then c.first_active_on else a.first_from end as came_on
  from active a
  left join dim_customers c on c.customer_id = a.customer_id
), month as ( -- account months that are over and billed, the newest first
  select p.first_ym as ym, p.starts_on, p.ends_on, row_number() over (order by p.first_ym desc nulls last) as place
  from calendar_periods p
  cross join today t
  cross join (select min(booked_ym) as first_ym, max(booked_ym) as last_ym from fct_bills) b
  where p.period_kind = 'month' and p.ends_on <= t.as_of_on and b.first_ym <= p.first_ym and p.first_ym <= b.last_ym
), span as (
  select max(m.place) as months, max(case when m.place <= t.base_months then m.ym end) as last_ym,
    min(case when m.place = t.base_months + 12 then m.starts_on end) as before_from
  from month m
  cross join today t
), billed as (
  select w.counts_for as customer_id,
    sum(case when b.recurring and m.place <= t.base_months then b.net_fen else 0 end) as base_fen,
    sum(case when m.place <= t.base_months then b.net_fen else 0 end) as now_fen,
    sum(case when m.place > 12 and m.place <= t.base_months + 12 then b.net_fen else 0 end) as before_fen,
    sum(case when m.place <= 12 then b.net_fen else 0 end) as year_fen
  from fct_bills b
  join month m on m.ym = b.booked_ym
  join who w on w.customer_id = b.customer_id
  cross join today t
  where m.place <= 12 or m.place <= t.base_months + 12
  group by w.counts_for
), served as (
  select c.customer_id, count(*) as months
  from came c
  cross join today t
  join month m on m.place <= t.base_months and c.came_on < m.ends_on
  group by c.customer_id
), handled as (
  select w.counts_for as customer_id,
    sum(case when k.kind = 'complaint' and not f.recoded and cast(f.created_at as date) >= t.cases_from then 1 else 0 end) as complaints,
    sum(case when f.resolution_excluded is null and t.cases_from <= f.resolution_due_on and f.resolution_due_at <= t.as_of then 1 else 0 end) as due_cases,
    sum(case when f.resolution_excluded is null and t.cases_from <= f.resolution_due_on and f.resolution_due_at <= t.as_of and f.resolution_met then 1 else 0 end) as met_cases,
    sum(case when f.resolved_at is null then 1 else 0 end) as open_cases,
    sum(case when f.resolved_at is null and f.resolution_excluded is null and f.resolution_due_at <= t.as_of then 1 else 0 end) as overdue_cases,
    max(case when f.resolved_at is null and f.resolution_excluded = 'rule_unset' then 1 else 0 end) as is_unlimited
  from fct_cases f
  join dim_classes k on k.class_no = f.class_no
  join dim_accounts a on a.account_no = f.account_no
  join who w on w.customer_id = a.customer_id
  cross join today t
  where f.excluded_reason is null
  group by w.counts_for
), answered as (
  select w.counts_for as customer_id, count(*) as answers, cast(sum(s.points) as bigint) as answer_points
  from fct_surveys s
  join who w on w.customer_id = s.customer_id
  cross join today t
  where s.metric in ('csat', 'index') and s.excluded_reason is null and s.points is not null and t.answers_from <= s.answered_on
  group by w.counts_for
), visited as (
  select v.duty_customer_id as customer_id, max(v.started_on) as last_visit_on
  from fct_visits v
  where v.invalid_reason is null
  group by v.duty_customer_id
), gap as (
  select g.customer_id, g.max_gap_days, g.gap_days, d.day_no as last_no
  from fct_visit_gaps g
  join (select max(last_on) as last_on from fct_visit_gaps) n on n.last_on = g.last_on
  join calendar_days d on d.day = g.last_on
  where g.excluded_reason is null
), owed as (
  select w.counts_for as customer_id, sum(s.open_fen) as open_fen,
    sum(case when s.due_on < t.as_of_on then s.open_fen else 0 end) as overdue_fen,
    min(case when s.due_on < t.as_of_on then s.due_on end) as overdue_from
  from fct_receivables s
  join who w on w.customer_id = s.customer_id
  cross join today t
  where s.from_on <= t.as_of_on and t.as_of_on < s.to_on and not s.project
    and not coalesce(s.disputed_from <= t.as_of_on and t.as_of_on < s.disputed_to, false)
  group by w.counts_for
), asked as (
  select w.counts_for as customer_id, count(*) as requests, min(q.requested_on) as requested_on
  from fct_saves q
  join who w on w.customer_id = q.customer_id
  cross join today t
  where q.decided_at is null and q.outcome is null and (q.judged_on is null or t.as_of_on < q.judged_on)
    and (q.excluded_reason is null or q.excluded_reason in ('rule_unset', 'no_services', 'not_key'))
  group by w.counts_for
), ending as (
  select w.counts_for as customer_id, count(*) as services,
    min(case when s.stops_on < date '2199-12-31' then cast(s.stops_on - interval '1' day as date) end) as next_end_on
  from stg_services s
  join who w on w.customer_id = s.customer_id
  cross join today t
  where s.started_on <= t.as_of_on and t.as_of_on < s.stops_on
  group by w.counts_for
)
select w.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, w.counts_for,
  coalesce(c.is_active, 0) = 1 and w.counts_for = w.customer_id as is_active,
  c.came_on, cast(t.day_no - o.day_no as bigint) as tenure_days,
  case when l.bills > 0 and t.base_months is not null then cast(coalesce(b.base_fen, 0) as bigint) end as base_fen,
  cast(s.months as bigint) as months, m.last_ym,
  case when l.bills > 0 and t.base_months is not null then cast(coalesce(b.now_fen, 0) as bigint) end as now_fen,
  case when c.came_on <= m.before_from then cast(coalesce(b.before_fen, 0) as bigint) end as before_fen,
  case when l.bills > 0 then cast(coalesce(b.year_fen, 0) as bigint) end as year_fen,
  case when l.cases > 0 and t.case_days is not null then cast(coalesce(h.complaints, 0) as bigint) end as complaints,
  case when t.case_days is not null then cast(h.due_cases as bigint) end as due_cases,
  case when t.case_days is not null then cast(h.met_cases as bigint) end as met_cases,
  case when l.cases > 0 then cast(coalesce(h.open_cases, 0) as bigint) end as open_cases,
  case when l.cases > 0 and coalesce(h.is_unlimited, 0) = 0 then cast(coalesce(h.overdue_cases, 0) as bigint) end as overdue_cases,
  case when t.answer_days is not null then cast(n.answers as bigint) end as answers,
  case when t.answer_days is not null then n.answer_points end as answer_points,
  v.last_visit_on,
  cast(case when g.customer_id is null then null
    when y.day_no > g.last_no then t.day_no - y.day_no
    else g.gap_days + t.day_no - g.last_no end as bigint) as gap_days,
  g.max_gap_days,
  case when l.bills > 0 then cast(coalesce(e.open_fen, 0) as bigint) end as open_fen,
  case when l.bills > 0 then cast(coalesce(e.overdue_fen, 0) as bigint) end as overdue_fen,
  case when l.bills > 0 then cast(coalesce(t.day_no - u.day_no, 0) as bigint) end as overdue_days,
  case when l.requests > 0 then cast(coalesce(q.requests, 0) as bigint) end as cancel_requests, q.requested_on,
  case when l.services > 0 then cast(coalesce(z.services, 0) as bigint) end as services, z.next_end_on,
  cast(x.day_no - t.day_no as bigint) as end_days
from who w
cross join today t
cross join loaded l
cross join span m
left join dim_accounts a on a.customer_id = w.customer_id and a.valid_from <= t.as_of_on and t.as_of_on < a.valid_to
left join came c on c.customer_id = w.customer_id
left join calendar_days o on o.day = c.came_on
left join billed b on b.customer_id = w.customer_id
left join served s on s.customer_id = w.customer_id
left join handled h on h.customer_id = w.customer_id
left join answered n on n.customer_id = w.customer_id
left join visited v on v.customer_id = w.customer_id
left join calendar_days y on y.day = v.last_visit_on
left join gap g on g.customer_id = w.customer_id
left join owed e on e.customer_id = w.customer_id
left join calendar_days u on u.day = e.overdue_from
left join asked q on q.customer_id = w.customer_id
left join ending z on z.customer_id = w.customer_id
left join calendar_days x on x.day = z.next_end_on
