-- about: a page of the measure rows behind a number, with names and the measure's own details; rows of pure exposure
--   come last
with page as (
  select *
  from {{.View}}
  where {{.Where}} and {{.Which}}
  order by case when subject_kind = 'customer_month' then 1 else 0 end, anchor_on, {{with .Due}}{{.}}, {{end}}event_at, subject_id, manager_id
  limit {{.Limit}} offset {{.Offset}}
)
select
  p.subject_id, coalesce(p.subject_kind, ''), p.event_at, p.anchor_on,
  coalesce(p.customer_id, ''), coalesce(c.name, ''), coalesce(p.manager_id, ''), coalesce(m.name, ''),
  coalesce(p.unassigned_reason, ''), coalesce(p.team, ''), coalesce(p.region, ''), p.tier,
  coalesce(p.kind, ''), coalesce(p.severity, ''), coalesce(p.category, ''),
  p.num, p.den, p."value", coalesce(p.excluded_reason, ''){{range .Details}},
  p.{{.}}{{end}}
from page as p
left join dim_customers as c on c.customer_id = p.customer_id
left join dim_managers as m on m.manager_id = p.manager_id
order by case when p.subject_kind = 'customer_month' then 1 else 0 end, p.anchor_on, {{with .Due}}p.{{.}}, {{end}}p.event_at, p.subject_id, p.manager_id
