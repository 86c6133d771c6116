-- about: one row per accepted project; subject_id is the project_id
-- id: J4.first
-- of: J4
-- main: no
-- name_zh: 一次验收通过率
-- name_en: Projects accepted at first
-- family: business
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 验收日
-- anchor_en: day of the acceptance
-- min_n: 5
-- needs: projects.accepted_on, projects.accepted_first_time
-- formula_zh: 一次验收通过的项目 ÷ 当期验收的项目。责任人为验收日的客户经理。
-- formula_en: Projects accepted at the first attempt / projects accepted in the period. Accountable is the owner on that day.
-- excluded_zh: 未记录是否一次通过的项目。
-- excluded_en: Projects of which nobody recorded whether it was the first attempt.
-- source: S3《项目客户服务管理操作规范及细则》客户服务管理目标3：「确保项目按时、按质、按量完成」
with judged as (
  select *, case when accepted_first_time is null then 'not_recorded' end as excluded_reason from fct_projects
)
select f.project_id as subject_id, 'project' as subject_kind, cast(null as varchar) as period_kind, cast(f.accepted_on as timestamp) as event_at,
  f.accepted_on as anchor_on, f.accepted_on as mature_on, f.accepted_on as original_on, f.customer_id,
  a.manager_id, a.unassigned_reason, a.team, a.region, a.tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when f.excluded_reason is null then cast(case when f.accepted_first_time then 1 else 0 end as bigint) end as num,
  case when f.excluded_reason is null then cast(1 as bigint) end as den,
  cast(null as bigint) as value, f.excluded_reason
from judged f
join dim_accounts a on a.account_no = f.account_no
