-- about: one row per quarter that has ended and customer active on its last day, with what the tier is worked out from, in
--   whole numbers over the tier_spend_months account months that end with the quarter; merged customers count as one, under
--   their survivor. NULL where it is not known: spend_fen (net of credit notes, project_fen of it) and the payments where
--   bills are not loaded for all of the customer's months, orders where the feed is not loaded for them. orders are new
--   business: of one customer, day and product one, without migrations and what was cancelled. input_state says
--   whether the assessed part counts: none, unapproved, own_line (approved by who entered it, in the owner's line or team), approved
-- order: quarter, customer_id
-- key: quarter, customer_id
with billed as (
  select min(p.starts_on) as from_on, max(p.ends_on) as to_on
  from (select distinct booked_ym from fct_bills) b
  join calendar_periods p on p.period_kind = 'month' and p.first_ym = b.booked_ym
), loaded as (
  select b.from_on, b.to_on, s.first_on, (select count(*) from stg_orders) as orders, (select count(*) from stg_cash) as cash,
    (select count(*) from stg_tier_features) as features
  from billed b
  cross join stg_span s
), rated as (
  select m.quarter, m.starts_on, m.ends_on, m.last_on, q.window_from, m.customer_id, c.type, coalesce(c.strategic, false) as is_strategic,
    case when m.starts_on <= c.first_active_on and c.first_active_on < m.ends_on then c.split_from end as split_from,
    t.since, t.months,
    case when t.since > q.window_from then t.since else q.window_from end as needs_from
  from stg_tier_members m
  join stg_tier_quarters q on q.quarter = m.quarter
  join fct_activity a on a.customer_id = m.customer_id and a.valid_from <= m.last_on and m.last_on < a.valid_to
  left join stg_customers c on c.customer_id = m.customer_id
  left join stg_tier_tenures t on t.quarter = m.quarter and t.customer_id = m.customer_id
  where m.customer_id = m.member_id
), spend as (
  select m.quarter, m.customer_id, sum(b.net_fen) as spend_fen, sum(case when b.project then b.net_fen else 0 end) as project_fen
  from stg_tier_quarters q
  join calendar_periods p on p.period_kind = 'month' and q.window_from <= p.starts_on and p.ends_on <= q.ends_on
  join fct_bills b on b.booked_ym = p.first_ym
  join stg_tier_members m on m.quarter = q.quarter and m.member_id = b.customer_id
  group by m.quarter, m.customer_id
), ordered as (
  select quarter, customer_id, count(*) as orders
  from (
    select distinct m.quarter, m.customer_id, o.signed_on, o.product
    from stg_tier_members m
    join stg_tier_quarters q on q.quarter = m.quarter
    join stg_orders o on o.customer_id = m.member_id and q.window_from <= o.signed_on and o.signed_on < q.ends_on
    where not o.is_migration and (o.cancelled_on is null or o.cancelled_on >= q.ends_on)
  ) e
  group by quarter, customer_id
), merger as (
  select distinct quarter, customer_id from stg_tier_members where member_id <> customer_id and starts_on <= until_on
), assessed as (
  select i.quarter, i.customer_id, i.sites, i.bespoke, i.integration, i.manual_points, i.entered_by, i.approved_by,
    case when i.approved_by is null then 'unapproved'
      when i.approved_by = i.entered_by or l.boss_id is not null or p.team = a.team then 'own_line'
      else 'approved' end as input_state
  from stg_tier_inputs i
  join stg_tier_quarters q on q.quarter = i.quarter
  left join dim_accounts a on a.customer_id = i.customer_id and a.valid_from <= q.last_on and q.last_on < a.valid_to
  left join stg_manager_line l on l.manager_id = a.manager_id and l.boss_id = i.approved_by
  left join dim_managers p on p.manager_id = i.approved_by
)
select r.quarter, r.starts_on, r.ends_on, r.customer_id, a.manager_id, a.team, a.region, a.tier, r.type, r.is_strategic,
  s.tier as parent_tier, r.split_from is not null as is_split, g.customer_id is not null as is_merged,
  r.since, cast(r.months as bigint) as tenure_months,
  case when b.from_on <= r.needs_from and r.ends_on <= b.to_on then cast(coalesce(f.spend_fen, 0) as bigint) end as spend_fen,
  case when b.from_on <= r.needs_from and r.ends_on <= b.to_on then cast(coalesce(f.project_fen, 0) as bigint) end as project_fen,
  case when b.orders > 0 and b.first_on <= r.needs_from then cast(coalesce(o.orders, 0) as bigint) end as orders,
  case when b.from_on <= r.needs_from and b.cash > 0 and not p.is_unset then p.due_fen end as due_fen,
  case when b.from_on <= r.needs_from and b.cash > 0 and not p.is_unset then p.on_time_fen end as on_time_fen,
  case when b.cash > 0 then p.overdue_days end as overdue_days,
  case when b.cash > 0 then p.arrears_days end as arrears_days,
  case when b.features > 0 then cast(coalesce(u.products, 0) as bigint) end as products,
  case when b.features > 0 then cast(coalesce(u.sla_classes, 0) as bigint) end as sla_classes,
  coalesce(i.input_state, 'none') as input_state, i.entered_by, i.approved_by,
  i.sites, i.bespoke, i.integration, i.manual_points
from rated r
cross join loaded b
left join dim_accounts a on a.customer_id = r.customer_id and a.valid_from <= r.last_on and r.last_on < a.valid_to
left join dim_accounts s on s.customer_id = r.split_from and s.valid_from <= r.last_on and r.last_on < s.valid_to
left join spend f on f.quarter = r.quarter and f.customer_id = r.customer_id
left join ordered o on o.quarter = r.quarter and o.customer_id = r.customer_id
left join fct_tier_payments p on p.quarter = r.quarter and p.customer_id = r.customer_id
left join merger g on g.quarter = r.quarter and g.customer_id = r.customer_id
left join stg_tier_features u on u.quarter = r.quarter and u.customer_id = r.customer_id
left join assessed i on i.quarter = r.quarter and i.customer_id = r.customer_id
