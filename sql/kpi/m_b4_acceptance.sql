-- about: one row per plan that the customer accepted; under the case
-- id: B4.acceptance
-- of: B4
-- main: no
-- name_zh: 方案确认时长
-- name_en: Time until the customer accepts a plan
-- family: response
-- kind: duration
-- over_time: sum
-- unit: seconds
-- direction: down
-- anchor_zh: 客户确认之日
-- anchor_en: day on which the customer accepted it
-- min_n: 10
-- needs: cases.plan_reviewed_at, cases.plan_accepted_at
-- formula_zh: 当期客户确认的方案，从审核到客户确认的工作时间的中位数和第 90 百分位数（不插值）。责任人为确认时的客户经理。
-- formula_en: Median and 90th percentile (not interpolated) of the working time from the review until the customer
--   accepted the plan, over plans accepted in the period. Accountable is the owner at the acceptance.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases.
-- details: done_at, took_s
-- source: S3《项目客户服务管理操作规范及细则》客户咨询与需求确认：「应与客户进行沟通和确认」
select
    p.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    p.ended_at as event_at, p.ended_on as anchor_on, p.ended_on as mature_on, cast(p.started_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when p.excluded_reason is null then p.took_s end as num,
    case when p.excluded_reason is null then cast(1 as bigint) end as den,
    case when p.excluded_reason is null then p.took_s end as value,
    p.excluded_reason,
    p.ended_at as done_at, p.took_s,
    a.owner_no, p.class_no
from fct_plan_steps p
join dim_accounts a on a.account_no = p.account_no
join dim_classes k on k.class_no = p.class_no
where p.step = 'acceptance'
