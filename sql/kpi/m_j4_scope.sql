-- about: one row per accepted project; subject_id is the project_id
-- id: J4.scope
-- of: J4
-- main: no
-- name_zh: 项目完成量
-- name_en: Project scope done
-- family: business
-- kind: sums
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 验收日
-- anchor_en: day of the acceptance
-- min_n: 5
-- needs: projects.accepted_on, projects.scope_done, projects.scope_due
-- formula_zh: Σ 完成量 ÷ Σ 应完成量，只算当期验收的项目。责任人为验收日的客户经理。
-- formula_en: Sum of the scope done / sum of the scope due, over projects accepted in the period. Accountable is the owner on
--   that day.
-- excluded_zh: 未记录完成量或应完成量的项目。
-- excluded_en: Projects without a record of what was due or done.
-- source: S3《项目客户服务管理操作规范及细则》客户服务管理目标3：「确保项目按时、按质、按量完成」
with judged as (
  select *, case when scope_done is null or scope_due is null or scope_due <= 0 then 'not_recorded' end as excluded_reason from fct_projects
)
select f.project_id as subject_id, 'project' as subject_kind, cast(null as varchar) as period_kind, cast(f.accepted_on as timestamp) as event_at,
  f.accepted_on as anchor_on, f.accepted_on as mature_on, f.accepted_on as original_on, f.customer_id,
  a.manager_id, a.unassigned_reason, a.team, a.region, a.tier,
  cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  case when f.excluded_reason is null then cast(f.scope_done as bigint) end as num,
  case when f.excluded_reason is null then cast(f.scope_due as bigint) end as den,
  cast(null as bigint) as value, f.excluded_reason
from judged f
join dim_accounts a on a.account_no = f.account_no
