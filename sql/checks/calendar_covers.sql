-- about: rows of the calendar whose year has no holiday notice yet but lies before the business instant
-- name_zh: 数据时点之前的年份都有放假通知
-- name_en: Every year up to the business instant has a holiday notice
-- blocking: no
select d.y, count(*) as days
from calendar_days d
cross join run_info r
where d.provisional and d.day <= r.as_of_on and d.day >= date '2007-01-01'
group by d.y
