-- about: One row per time at which the customer of a project was asked for feedback: a survey about the project that was sent and
--   delivered, or a call-back of the customer that was done as planned.
select project_id, sent_at as told_at
from raw.surveys
where superseded_by is null and project_id is not null and sent_at <= (select as_of from run_info)
    and coalesce(delivery, 'delivered') = 'delivered' and not coalesce(voided, false)
union all
select p.project_id, d.done_at
from raw.projects p
join raw.duties d on d.customer_id = p.customer_id and d.superseded_by is null and d.kind = 'callback'
where p.superseded_by is null and d.done_at <= (select as_of from run_info)
