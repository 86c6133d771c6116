-- about: planned contacts whose window is over and issues of visits that fell due by the feed, which their facts lost
-- name_zh: 触达计划与走访问题不丢行
-- name_en: No planned contact and no issue of a visit is lost
-- blocking: yes
select 'duty' as what, d.duty_id as id
from raw.duties d
cross join run_info r
left join fct_touch_plans t on t.duty_id = d.duty_id
where d.superseded_by is null and d.kind <> 'visit' and d.window_end < r.as_of_on and t.duty_id is null
union all
select 'issue', i.issue_id
from raw.visit_issues i
cross join run_info r
left join fct_visit_issues f on f.issue_id = i.issue_id
where i.superseded_by is null and i.raised_at <= r.as_of and i.due_on < r.as_of_on and f.issue_id is null
