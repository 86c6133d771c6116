-- about: the cases that owe a response or a resolution under a configured limit and have no deadline: the calendar is too
--   short, or a tie on a closing instant was lost (ruling 1.13)
-- name_zh: 有时限的工单都有到期日
-- name_en: Every case with a limit has a deadline
-- blocking: yes
select subject_id, created_at, response_due_on, resolution_due_on
from fct_cases
where (response_excluded is null and response_due_on is null)
    or (resolution_excluded is null and resolution_due_on is null)
