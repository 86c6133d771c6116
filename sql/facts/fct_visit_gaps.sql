-- about: one row per month that has ended and customer active on its last day whose visiting cadence (its own, else its
--   tier's) asks for visits: the days since the last valid visit, whoever made it (edge 29), or where there was none since
--   the owner or the service began, against the longest gap allowed. excluded_reason: rule_unset, waived, no_history (no
--   visit is loaded, and one on the day before the first loaded one would be within the gap allowed)
-- order: last_on
-- key: last_on, customer_id
with month as (
  select d.day as last_on, d.day_no as last_no, f.day_no as first_no
  from calendar_periods p
  cross join stg_span s
  join calendar_days f on f.day = s.first_on
  join calendar_days d on d.day = cast(p.ends_on - interval '1' day as date)
  where p.period_kind = 'month' and s.first_on <= p.starts_on and p.ends_on <= s.end_on
), visited as (
  select customer_id, day_no as from_no, lead(day_no, 1, 99999999) over (partition by customer_id order by day_no nulls last) as to_no
  from (
    select distinct v.duty_customer_id as customer_id, d.day_no
    from fct_visits v
    join calendar_days d on d.day = v.started_on
    where v.invalid_reason is null
  ) v
), marked as (
  select customer_id, valid_from, valid_to, account_no, manager_id, team, region, tier, unassigned_reason,
    case when manager_id = lag(manager_id) over (partition by customer_id order by valid_from nulls last) then null else valid_from end as new_from
  from dim_accounts
), owned as ( -- since when the owner of each stretch has the customer
  select *, max(new_from) over (partition by customer_id order by valid_from nulls last rows between unbounded preceding and current row) as owned_from
  from marked
), present as (
  select m.last_on, m.last_no, m.first_no, a.customer_id, o.account_no, o.tier,
    case when o.manager_id is not null and o.owned_from > a.valid_from then o.owned_from else a.valid_from end as began_on
  from month m
  cross join fct_activity a
  join owned o on o.customer_id = a.customer_id and o.valid_from <= m.last_on and m.last_on < o.valid_to
  where coalesce(a.valid_from <= m.last_on and m.last_on < a.valid_to, false) -- plain comparisons DuckDB takes for ones that leave few rows
), owing as (
  select p.*, case when c.customer_id is not null then c.required else t.required end as required,
    case when c.customer_id is not null then c.max_gap_days else t.max_gap_days end as max_gap_days
  from present p
  left join rule_cadences c on c.kind = 'visit' and c.customer_id = p.customer_id and c.valid_from <= p.last_on and p.last_on < c.valid_to
  left join rule_cadences t on t.kind = 'visit' and t.tier = p.tier and t.valid_from <= p.last_on and p.last_on < t.valid_to
  where coalesce(c.customer_id is not null or p.tier is not null, false)
), waived as (
  select distinct o.last_on, o.customer_id
  from owing o
  join stg_waivers w on w.customer_id = o.customer_id and w.window_start <= o.last_on and o.last_on <= w.window_end
)
select o.last_on, o.customer_id, o.account_no, o.max_gap_days, v.from_no is not null as was_visited,
  cast(o.last_no - coalesce(v.from_no, b.day_no) as bigint) as gap_days,
  case when o.max_gap_days is null then 'rule_unset'
    when w.customer_id is not null then 'waived'
    when v.from_no is null and b.day_no < o.first_no and o.last_no - o.first_no < o.max_gap_days then 'no_history' end as excluded_reason
from owing o
left join visited v on v.customer_id = o.customer_id and v.from_no <= o.last_no and o.last_no < v.to_no
left join calendar_days b on b.day = o.began_on
left join waived w on w.last_on = o.last_on and w.customer_id = o.customer_id
where coalesce(o.required > 0, true)
