-- about: One row per case of the help desk: when it began and ended, when somebody took it in charge, when it was last
--   resolved and closed, and whether it passes the publisher's filter: it begins with "Assign seriousness" or "Insert
--   ticket" and ends with "Closed"
-- key: case_id
-- order: case_id
with edges as (
    select case_id, min(event_at) as first_at, max(event_at) as last_at
    from stg_case_log
    group by case_id
),
moments as (
    select e.case_id, e.first_at, e.last_at,
        min(l.civil_s) as first_s,
        max(l.civil_s) as last_s,
        min(case when l.activity = 'Take in charge ticket' then l.civil_s end) as taken_s,
        min(case when l.activity = 'Take in charge ticket' then l.event_on end) as taken_on,
        max(case when l.activity = 'Resolve ticket' then l.civil_s end) as resolved_s,
        max(case when l.activity = 'Closed' then l.civil_s end) as closed_s,
        max(case when l.event_at = e.first_at and l.activity in ('Assign seriousness', 'Insert ticket') then 1 else 0 end) as begins,
        max(case when l.event_at = e.last_at and l.activity = 'Closed' then 1 else 0 end) as ends
    from edges e
    join stg_case_log l on l.case_id = e.case_id
    group by e.case_id, e.first_at, e.last_at
)
select m.case_id, c.customer_id, c.category, m.first_at, m.first_s, cast(m.last_at as date) as last_on, m.last_s,
    m.taken_on, m.taken_s, m.resolved_s, m.closed_s,
    m.begins = 1 and m.ends = 1 as complete,
    a.manager_id,
    case when a.manager_id is null then coalesce(a.unassigned_reason, 'no_owner') end as unassigned_reason,
    a.team, a.region, a.tier
from moments m
join stg_case_wide c on c.case_id = m.case_id
left join dim_accounts a on a.customer_id = c.customer_id and a.valid_from <= cast(m.first_at as date)
    and cast(m.first_at as date) < a.valid_to
