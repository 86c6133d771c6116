-- about: one row per quarter that has ended and customer active at its start or its end, with the approved tier on the
--   first and on the last day; category is opening>closing with new, lost and none. The accountable manager is the last
--   day's owner when he held the customer tier_min_owned_days of the quarter, else the longest holder when he did, else
--   nobody (not_scored, ruling 1.18). is_improved: a better tier, unless a manual override approved by the accountable
--   manager's own line. excluded_reason: new, lost, interrupted, merged, moved_out, split, no_opening_tier, rule_changed, rule_unset
-- order: starts_on
with quarter as (
  select p.period, p.starts_on, p.ends_on, p.days, cast(p.ends_on - interval '1' day as date) as last_on
  from calendar_periods p
  cross join stg_span s
  where p.period_kind = 'quarter' and s.first_on <= p.starts_on and p.ends_on <= s.end_on
), present as (
  select q.starts_on, a.customer_id,
    max(case when a.valid_from <= q.starts_on then 1 else 0 end) as at_start,
    max(case when q.ends_on < a.valid_to then 1 else 0 end) as at_end,
    max(case when a.valid_from <= q.starts_on and q.ends_on < a.valid_to then 1 else 0 end) as throughout,
    max(case when a.valid_to <= q.ends_on then a.ended_why end) as ended_why
  from quarter q
  join fct_activity a on a.valid_from < q.ends_on and q.starts_on < a.valid_to
  group by q.starts_on, a.customer_id
), merger as (
  select q.starts_on, c.customer_id from quarter q join dim_customers c on q.starts_on <= c.merged_on and c.merged_on < q.ends_on
  union
  select q.starts_on, c.survivor_id from quarter q join dim_customers c on q.starts_on <= c.merged_on and c.merged_on < q.ends_on
  union
  select q.starts_on, c.merged_into from quarter q join dim_customers c on q.starts_on <= c.merged_on and c.merged_on < q.ends_on
), parted as (
  select distinct q.starts_on, c.split_from as customer_id
  from quarter q join dim_customers c on c.split_from is not null and q.starts_on <= c.first_active_on and c.first_active_on < q.ends_on
  union -- split off on the first day: in the list, yet as new as one split off later
  select q.starts_on, c.customer_id
  from quarter q join dim_customers c on c.split_from is not null and c.first_active_on = q.starts_on
), held as (
  select q.starts_on, a.customer_id, a.manager_id, max(a.valid_to) as until_day,
    sum(case when a.valid_to < q.ends_on then t.day_no else s.day_no + q.days end
      - case when a.valid_from > q.starts_on then f.day_no else s.day_no end) as days
  from quarter q
  join calendar_days s on s.day = q.starts_on
  join dim_accounts a on a.valid_from < q.ends_on and q.starts_on < a.valid_to
  left join calendar_days f on f.day = a.valid_from
  left join calendar_days t on t.day = a.valid_to
  where a.manager_id is not null
  group by q.starts_on, a.customer_id, a.manager_id
), ranked as (
  select h.*, row_number() over (partition by h.starts_on, h.customer_id
      order by case when h.days >= g.value and h.until_day >= q.ends_on then 0 when h.days >= g.value then 1 else 2 end nulls last,
        h.days desc nulls last, h.until_day desc nulls last, h.manager_id nulls last) as place,
    case when h.days >= g.value then 1 else 0 end as is_enough
  from held h
  join quarter q on q.starts_on = h.starts_on
  join rule_params g on g.name = 'tier_min_owned_days' and g.valid_from <= h.starts_on and h.starts_on < g.valid_to
), accountable as (
  select r.starts_on, r.customer_id, r.manager_id, a.team, row_number() over (
      partition by r.starts_on, r.customer_id order by a.valid_from desc nulls last) as place
  from ranked r
  join quarter q on q.starts_on = r.starts_on
  join dim_accounts a on a.customer_id = r.customer_id and a.manager_id = r.manager_id and a.valid_from < q.ends_on and r.starts_on < a.valid_to
  where r.place = 1 and r.is_enough = 1
), moved as (
  select q.period, q.starts_on, q.ends_on, q.last_on, p.customer_id, p.at_start, p.at_end, p.throughout, p.ended_why,
    o.tier as opening, c.tier as closing, c.region, x.manager_id, x.team,
    ov.rule_version as opening_version, cv.rule_version as closing_version, cv.is_override, cv.approved_by
  from quarter q
  join present p on p.starts_on = q.starts_on and (p.at_start = 1 or p.at_end = 1)
  left join dim_accounts o on o.customer_id = p.customer_id and o.valid_from <= q.starts_on and q.starts_on < o.valid_to
  left join dim_accounts c on c.customer_id = p.customer_id and c.valid_from <= q.last_on and q.last_on < c.valid_to
  left join accountable x on x.starts_on = q.starts_on and x.customer_id = p.customer_id and x.place = 1
  left join stg_tiers ov on ov.customer_id = p.customer_id and ov.valid_from <= q.starts_on and q.starts_on < ov.valid_to
  left join stg_tiers cv on cv.customer_id = p.customer_id and cv.valid_from <= q.last_on and q.last_on < cv.valid_to
)
select m.period, m.starts_on, m.ends_on, m.customer_id, m.opening, m.closing,
  case when m.at_start = 0 then 'new' when m.opening is null then 'none' else cast(m.opening as varchar) end || '>'
    || case when m.at_end = 0 then 'lost' when m.closing is null then 'none' else cast(m.closing as varchar) end as category,
  case when m.closing < m.opening and (not m.is_override or m.approved_by is not null and l.boss_id is null) then 1 else 0 end as is_improved,
  case when m.closing > m.opening then 1 else 0 end as is_worse,
  case when g.name is null then 'rule_unset'
    when k.customer_id is not null then 'merged'
    when s.customer_id is not null then 'split'
    when m.at_start = 0 then 'new'
    when m.throughout = 0 and m.ended_why = 'moved_out' and m.at_end = 0 then 'moved_out'
    when m.throughout = 0 then case when m.at_end = 1 then 'interrupted' else 'lost' end
    when m.opening is null then 'no_opening_tier'
    when m.opening_version <> m.closing_version then 'rule_changed' end as excluded_reason,
  m.manager_id, case when m.manager_id is null then 'not_scored' end as unassigned_reason, m.team, m.region
from moved m
left join merger k on k.starts_on = m.starts_on and k.customer_id = m.customer_id
left join parted s on s.starts_on = m.starts_on and s.customer_id = m.customer_id
left join stg_manager_line l on l.manager_id = m.manager_id and l.boss_id = m.approved_by
left join rule_params g on g.name = 'tier_min_owned_days' and g.valid_from <= m.starts_on and m.starts_on < g.valid_to
