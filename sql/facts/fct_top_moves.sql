-- about: one row per period (month, quarter, half year, year), customer that began or ceased to be of tier 1 or 2 in it or changed its owner being
--   so, and side: at the period's last day against the last day before it. change is 1 for the owner at the end, -1 for the
--   owner at the start. move says why: up, down, new, lost, handed_over; a customer merged away is excluded,
--   and so is a survivor that takes the place of one that was of tier 1 or 2: a merger is neither loss nor gain (R7)
-- order: starts_on
with period as (
  select c.period_kind, c.period, c.starts_on, c.ends_on, cast(c.starts_on - interval '1' day as date) as eve,
    cast(c.ends_on - interval '1' day as date) as last_on
  from calendar_periods c
  cross join stg_span p
  where p.first_on <= c.starts_on and c.ends_on <= p.end_on
), top as (
  select a.customer_id, d.manager_id, d.unassigned_reason, d.team, d.region, d.tier,
    case when a.valid_from > d.valid_from then a.valid_from else d.valid_from end as valid_from,
    case when a.valid_to < d.valid_to then a.valid_to else d.valid_to end as valid_to
  from dim_accounts d
  join fct_activity a on a.customer_id = d.customer_id and a.valid_from < d.valid_to and d.valid_from < a.valid_to
  where d.tier <= 2
), opening as (
  select p.period_kind, p.starts_on, p.eve, p.last_on, t.customer_id, t.manager_id, t.unassigned_reason, t.team, t.region, t.tier
  from period p join top t on t.valid_from <= p.eve and p.eve < t.valid_to
), closing as (
  select p.period_kind, p.starts_on, p.eve, p.last_on, t.customer_id, t.manager_id, t.unassigned_reason, t.team, t.region, t.tier
  from period p join top t on t.valid_from <= p.last_on and p.last_on < t.valid_to
), gone as (
  select o.*, cast(-1 as bigint) as change,
    case when c.customer_id is not null then 'handed_over' when a.customer_id is not null then 'down' else 'lost' end as move,
    case when c.customer_id is null and a.customer_id is null and e.customer_id is not null then 'merged' end as excluded_reason
  from opening o
  left join closing c on c.period_kind = o.period_kind and c.starts_on = o.starts_on and c.customer_id = o.customer_id
  left join fct_activity a on a.customer_id = o.customer_id and a.valid_from <= o.last_on and o.last_on < a.valid_to
  left join fct_activity e on e.customer_id = o.customer_id and e.ended_why = 'merged' and o.eve < e.valid_to and e.valid_to <= o.last_on
  where c.customer_id is null or coalesce(c.manager_id, '') <> coalesce(o.manager_id, '')
), absorbed as (
  select distinct o.period_kind, o.starts_on, m.survivor_id
  from opening o
  join dim_customers m on m.customer_id = o.customer_id and o.eve < m.merged_on and m.merged_on <= o.last_on
), come as (
  select c.*, cast(1 as bigint) as change,
    case when o.customer_id is not null then 'handed_over' when a.customer_id is not null then 'up' else 'new' end as move,
    case when o.customer_id is null and m.survivor_id is not null then 'merged' end as excluded_reason
  from closing c
  left join opening o on o.period_kind = c.period_kind and o.starts_on = c.starts_on and o.customer_id = c.customer_id
  left join fct_activity a on a.customer_id = c.customer_id and a.valid_from <= c.eve and c.eve < a.valid_to
  left join absorbed m on m.period_kind = c.period_kind and m.starts_on = c.starts_on and m.survivor_id = c.customer_id
  where o.customer_id is null or coalesce(c.manager_id, '') <> coalesce(o.manager_id, '')
)
select period_kind, starts_on, last_on, customer_id, manager_id, unassigned_reason, team, region, cast(tier as integer) as tier, change, move, excluded_reason from gone
union all
select period_kind, starts_on, last_on, customer_id, manager_id, unassigned_reason, team, region, cast(tier as integer), change, move, excluded_reason from come
