-- about: a page of what is still to be done, soonest first: one row per thing, under the strictest of its limits that are in
--   the state asked for, and again for each later limit of it (also_kpi), the stricter first
with mine as (
  select *,
    row_number() over (partition by block, subject_kind, subject_id, customer_id, state
      order by due_at, case when main then 0 else 1 end, kpi) as place
  from obligations_pending
  where {{.Where}}
), page as (
  select *, row_number() over (order by due_at, kpi, subject_id, customer_id, manager_id) as line, count(*) over () as total
  from mine
  where place = 1 and {{.Which}}
  order by line
  limit {{.Limit}} offset {{.Offset}}
)
select
  p.line, p.total, p.kpi, p.subject_id, coalesce(p.subject_kind, ''), coalesce(p.customer_id, ''), coalesce(c.name, ''),
  coalesce(p.manager_id, ''), coalesce(m.name, ''), coalesce(p.unassigned_reason, ''),
  coalesce(p.doer_id, ''), coalesce(w.name, ''), p.on_leave, coalesce(p.deputy_id, ''), coalesce(d.name, ''),
  coalesce(p.team, ''), coalesce(p.region, ''), p.tier, coalesce(p.kind, ''), coalesce(p.severity, ''),
  p.due_at, p.due_on, p.by_day, p.state, coalesce(p.num, 0), coalesce(p.den, 0),
  coalesce(p.waived_by, ''), coalesce(p.waived_reason, ''), p.waived_until_on,
  coalesce(a.kpi, '') as also_kpi, a.due_at, a.due_on, a.by_day, coalesce(a.state, '')
from page as p
left join mine as a on a.block = p.block and a.subject_kind is not distinct from p.subject_kind and a.subject_id = p.subject_id
  and a.customer_id is not distinct from p.customer_id and (a.state = 'waived') = (p.state = 'waived') and a.due_at > p.due_at
left join dim_customers as c on c.customer_id = p.customer_id
left join dim_managers as m on m.manager_id = p.manager_id
left join dim_managers as w on w.manager_id = p.doer_id
left join dim_managers as d on d.manager_id = p.deputy_id
order by p.line, a.due_at, a.kpi
