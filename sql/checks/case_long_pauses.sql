-- about: the open cases that have waited for their customer for more than 10 working days without a resume (edge 9)
-- name_zh: 没有挂起超过 10 个工作日的工单
-- name_en: No case waits for its customer for more than 10 working days
-- blocking: no
select f.subject_id, a.manager_id, f.created_at, d.work_no - p.from_work as working_days
from fct_case_pauses p
join fct_cases f on f.subject_no = p.subject_no
    and f.subject_id = case when p.subject_no = 1 then p.case_id else p.case_id || '#' || cast(p.subject_no as varchar) end
join dim_accounts a on a.account_no = f.account_no
cross join run_info r
join calendar_days d on d.day = r.as_of_on
where p.to_s is null and f.resolved_at is null and f.excluded_reason is null and d.work_no - p.from_work > 10
