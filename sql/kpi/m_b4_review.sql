-- about: one row per plan that was reviewed; under the case
-- id: B4.review
-- of: B4
-- main: no
-- name_zh: 方案审核时长
-- name_en: Time to review a plan
-- family: response
-- kind: duration
-- over_time: sum
-- unit: seconds
-- direction: down
-- anchor_zh: 审核之日
-- anchor_en: day of the review
-- min_n: 10
-- needs: cases.plan_submitted_at, cases.plan_reviewed_at
-- formula_zh: 当期审核的方案，从提交到审核的工作时间的中位数和第 90 百分位数（不插值）。审核由服务经理负责，不计入客户经理。
-- formula_en: Median and 90th percentile (not interpolated) of the working time from the submission to the review, over
--   plans reviewed in the period. The review is the service manager's and never charged to the account manager.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases.
-- details: done_at, took_s
-- source: S3《项目客户服务管理操作规范及细则》客户咨询与需求确认：「并提交给客户服务经理审核」
select
    p.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    p.ended_at as event_at, p.ended_on as anchor_on, p.ended_on as mature_on, cast(p.started_at as date) as original_on,
    a.customer_id, cast(null as varchar) as manager_id, 'service_manager' as unassigned_reason, cast(null as varchar) as team, a.region, a.tier, k.kind, k.severity, k.category,
    case when p.excluded_reason is null then p.took_s end as num,
    case when p.excluded_reason is null then cast(1 as bigint) end as den,
    case when p.excluded_reason is null then p.took_s end as value,
    p.excluded_reason,
    p.ended_at as done_at, p.took_s
from fct_plan_steps p
join dim_accounts a on a.account_no = p.account_no
join dim_classes k on k.class_no = p.class_no
where p.step = 'review'
