-- about: one row per milestone. planned_on is the day it was first due; due_on the day it is due now: a change moves it only when
--   somebody approved the change
select m.milestone_id, m.project_id, p.customer_id, m.due_on as planned_on,
  case when m.change_approved_by is not null and m.changed_due_on is not null then m.changed_due_on else m.due_on end as due_on,
  case when m.accepted_on <= r.as_of_on then m.accepted_on end as accepted_on
from raw.milestones m
cross join run_info r
left join raw.projects p on p.project_id = m.project_id and p.superseded_by is null
where m.superseded_by is null
