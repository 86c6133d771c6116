-- about: the cases that have waited for their customer for more than 10 working days without a resume (edge 9)
-- name_zh: 没有挂起超过 10 个工作日的工单
-- name_en: No case waits for its customer for more than 10 working days
-- blocking: no
select p.case_id, p.from_s, d.work_no - p.from_work as working_days
from fct_case_pauses p
cross join run_info r
join calendar_days d on d.day = r.as_of_on
where p.to_s is null and d.work_no - p.from_work > 10
