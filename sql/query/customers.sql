-- about: customers on the run's business day with their attributes, owner and signs
select s.customer_id, coalesce(c.name, ''), coalesce(s.manager_id, ''), coalesce(m.name, ''), coalesce(s.team, ''), coalesce(s.region, ''), s.tier,
  coalesce(c.type, ''), coalesce(c.segment, ''), coalesce(c.industry, ''), s.is_active,
  case when s.counts_for <> s.customer_id then s.counts_for else '' end, coalesce(cast(s.came_on as varchar), ''), s.tenure_days,
  s.base_fen, s.months, s.now_fen, s.before_fen, s.year_fen, s.complaints, s.due_cases, s.met_cases, s.open_cases, s.overdue_cases,
  s.answers, s.answer_points, coalesce(cast(s.last_visit_on as varchar), ''), s.gap_days, s.max_gap_days,
  s.open_fen, s.overdue_fen, s.overdue_days, s.cancel_requests, coalesce(cast(s.requested_on as varchar), ''),
  s.services, coalesce(cast(s.next_end_on as varchar), ''), s.end_days
from (select * from fct_customer_signs where {{.Where}}) as s
left join dim_customers as c on c.customer_id = s.customer_id
left join dim_managers as m on m.manager_id = s.manager_id
order by s.customer_id
