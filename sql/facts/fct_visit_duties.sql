-- about: one row per customer and calendar-aligned window of its visiting cadence that has begun: its own where it has
--   one on the window's first day, else its tier's. The tier is the
--   one held longest in the window (on a tie the lower one), the accountable manager the owner of the
--   longest part of it (on a tie the later one), nobody when he has left since (leaver, ruling 3.16). done is
--   the number of counting visits, at most required; is_covered, met_decider and met_user say (0/1) whether any valid
--   visit fell into the window, and one to the deciding person, to the using department: a visit by somebody not assigned
--   counts for the customer, though for nobody's duty (edge 29). Of a
--   window that has not ended, the days to come are those of whom they are known to be: a hand-over that is planned counts.
--   visits_void is how many of its visits did not count; calls are no visits
-- order: last_on
with cadence as (
  select tier, valid_from, valid_to, window_months, required from rule_cadences where kind = 'visit' and tier is not null
), own as (
  select customer_id, valid_from, valid_to, window_months, required
  from rule_cadences
  where kind = 'visit' and customer_id is not null
), tiered as (
  select distinct customer_id, tier from fct_exposure where tier is not null
), unset as (
  select t.tier
  from (select distinct tier from tiered) t
  cross join stg_span p
  left join cadence c on c.tier = t.tier
  group by t.tier, p.first_on, p.end_on
  having count(c.tier) = 0 or min(c.valid_from) > p.first_on or max(c.valid_to) < p.end_on
), needed as (
  select t.customer_id, c.window_months from tiered t join cadence c on c.tier = t.tier and c.required > 0
  union
  select t.customer_id, 1 from tiered t join unset u on u.tier = t.tier
  union
  select customer_id, window_months from own where required > 0
), coming as (
  select a.customer_id, d.manager_id, d.unassigned_reason, d.team, d.region, d.tier,
    case when a.valid_from > d.valid_from then a.valid_from else d.valid_from end as from_day,
    case when a.valid_to < d.valid_to then a.valid_to else d.valid_to end as to_day, s.end_on
  from fct_activity a
  join dim_accounts d on d.customer_id = a.customer_id and d.valid_from < a.valid_to and a.valid_from < d.valid_to
  cross join stg_span s
  where s.end_on < a.valid_to and s.end_on < d.valid_to
), exposed as ( -- fct_exposure ends with the span of the loaded events
  select customer_id, manager_id, unassigned_reason, team, region, tier, from_no, to_no from fct_exposure
  union all
  select c.customer_id, c.manager_id, c.unassigned_reason, c.team, c.region, c.tier, f.day_no, coalesce(t.day_no, 99999999)
  from coming c
  join calendar_days f on f.day = case when c.from_day > c.end_on then c.from_day else c.end_on end
  left join calendar_days t on t.day = c.to_day
), part as (
  select e.customer_id, w.window_months, w.starts_on, w.ends_on, w.last_on, w.days as window_days,
    e.manager_id, e.unassigned_reason, e.team, e.region, e.tier, e.to_no,
    case when e.to_no < f.day_no + w.days then e.to_no else f.day_no + w.days end
      - case when e.from_no > f.day_no then e.from_no else f.day_no end as days,
    case when e.from_no <= f.day_no and f.day_no + w.days <= e.to_no then 1 else 0 end as is_whole
  from needed n
  join stg_windows w on w.window_months = n.window_months
  join calendar_days f on f.day = w.starts_on
  join exposed e on e.customer_id = n.customer_id and e.from_no < f.day_no + w.days and f.day_no < e.to_no
), by_tier as (
  select customer_id, window_months, starts_on, tier, sum(days) as days
  from part
  where is_whole = 0
  group by customer_id, window_months, starts_on, tier
), held as (
  select b.customer_id, b.window_months, b.starts_on, b.tier, row_number() over (partition by b.customer_id, b.window_months, b.starts_on
      order by b.days desc nulls last, coalesce(b.tier, 9) desc nulls last) as place
  from by_tier b
), by_owner as (
  select *, sum(days) over (partition by customer_id, window_months, starts_on) as active_days,
    sum(days) over (partition by customer_id, window_months, starts_on, manager_id, unassigned_reason) as owner_days,
    max(to_no) over (partition by customer_id, window_months, starts_on, manager_id, unassigned_reason) as until_no
  from part
  where is_whole = 0
), owned as (
  select *, row_number() over (partition by customer_id, window_months, starts_on
      order by owner_days desc nulls last, until_no desc nulls last, to_no desc nulls last) as place
  from by_owner
), settled as (
  select customer_id, window_months, starts_on, ends_on, last_on, window_days, days as active_days, manager_id, unassigned_reason,
    team, region, tier
  from part
  where is_whole = 1
  union all
  select o.customer_id, o.window_months, o.starts_on, o.ends_on, o.last_on, o.window_days, o.active_days, o.manager_id,
    o.unassigned_reason, o.team, o.region, h.tier
  from owned o
  join held h on h.customer_id = o.customer_id and h.window_months = o.window_months and h.starts_on = o.starts_on and h.place = 1
  where o.place = 1
), duty as (
  select s.*, coalesce(o.required, c.required) as required, coalesce(o.window_months, c.window_months) as duty_months
  from settled s
  left join cadence c on c.tier = s.tier and c.valid_from <= s.starts_on and s.starts_on < c.valid_to
  left join own o on o.customer_id = s.customer_id and o.valid_from <= s.starts_on and s.starts_on < o.valid_to
  where case when o.customer_id is not null then o.window_months = s.window_months and o.required > 0
    when s.tier is null then false
    when c.window_months is null then s.window_months = 1
    else c.window_months = s.window_months and c.required > 0 end
), month as ( -- windows are whole months
  select p.first_ym as ym, w.window_months, w.starts_on
  from stg_windows w
  join calendar_periods p on p.period_kind = 'month' and w.starts_on <= p.starts_on and p.starts_on < w.ends_on
), visited as (
  select v.customer_id, m.window_months, m.starts_on, sum(v.visits) as visits,
    sum(v.valid) as valid, sum(v.recorded) as recorded, max(v.met_decider) as met_decider, max(v.met_user) as met_user
  from (
    select c.duty_customer_id as customer_id, d.ym, count(*) filter (where c.counts and c.invalid_reason is null) as visits,
      count(*) filter (where c.invalid_reason is null) as valid,
      count(*) filter (where coalesce(c.invalid_reason, '') <> 'phone') as recorded,
      max(case when c.invalid_reason is null and c.contact_role = 'decision_maker' then 1 else 0 end) as met_decider,
      max(case when c.invalid_reason is null and c.contact_role = 'user_dept' then 1 else 0 end) as met_user
    from fct_visits c
    join calendar_days d on d.day = c.started_on
    group by c.duty_customer_id, d.ym
  ) v
  join month m on m.ym = v.ym
  group by v.customer_id, m.window_months, m.starts_on
), waived as (
  select distinct d.customer_id, d.window_months, d.starts_on
  from duty d
  join stg_waivers w on w.customer_id = d.customer_id and w.window_start <= d.starts_on and d.last_on <= w.window_end
)
select d.customer_id, d.window_months, d.starts_on, d.last_on, d.required,
  cast(case when coalesce(v.visits, 0) < d.required then coalesce(v.visits, 0) else d.required end as bigint) as done,
  cast(coalesce(v.visits, 0) as bigint) as visits,
  cast(coalesce(v.recorded, 0) - coalesce(v.visits, 0) as bigint) as visits_void,
  case when coalesce(v.valid, 0) = 0 then 0 else 1 end as is_covered,
  coalesce(v.met_decider, 0) as met_decider, coalesce(v.met_user, 0) as met_user,
  case when d.duty_months is null or g.name is null then 'rule_unset'
    when d.active_days * 2 < d.window_days then 'part_window'
    when w.customer_id is not null then 'waived' end as excluded_reason,
  case when m.left_on < d.last_on then null else d.manager_id end as manager_id,
  case when m.left_on < d.last_on then 'leaver' when d.manager_id is null then coalesce(d.unassigned_reason, 'no_owner') end as unassigned_reason,
  case when m.left_on < d.last_on then null else d.team end as team,
  d.region, d.tier
from duty d
left join visited v on v.customer_id = d.customer_id and v.window_months = d.window_months and v.starts_on = d.starts_on
left join waived w on w.customer_id = d.customer_id and w.window_months = d.window_months and w.starts_on = d.starts_on
left join rule_params g on g.name = 'visit_min_gap_days' and g.valid_from <= d.starts_on and d.starts_on < g.valid_to
left join (select manager_id, left_on from dim_managers where left_on is not null) m on m.manager_id = d.manager_id
