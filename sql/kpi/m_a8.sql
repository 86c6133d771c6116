-- about: one row per accepted project whose feedback fell due; under project_id
-- id: A8
-- of: A8
-- main: yes
-- name_zh: 验收后回访覆盖率
-- name_en: Feedback after acceptance
-- family: satisfaction
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 验收后回访的到期日
-- anchor_en: day on which the feedback fell due
-- min_n: 10
-- needs: projects.accepted_on, surveys.project_id
-- formula_zh: 验收后在时限内发出问卷或完成回访的项目 ÷ 回访在当期到期的已验收项目。问卷须送达，回访以计划与豁免中该客户已完成的回访为准。到期未完成计为未及时。责任人为到期与完成两者中较早之时的客户经理。
-- formula_en: Projects with a survey sent or a call-back made within the limit after their acceptance / accepted projects
--   whose feedback fell due in the period. The survey must be delivered; a call-back is one of the customer's that was
--   done as planned. Not done when due is a miss. Accountable is the owner at the earlier of deadline and completion.
-- excluded_zh: 时限未配置。
-- excluded_en: Without a configured limit.
-- deadline: due_at, done_at
-- details: due_at, done_at, took_work_s, took_calendar_s, rule_version
-- source: S3《项目客户服务管理操作规范及细则》客户反馈与投诉处理：「项目验收后,客户服务专员应及时向客户收集反馈信息」
select
    o.subject_id, 'project' as subject_kind, cast(null as varchar) as period_kind,
    o.accountable_at as event_at,
    coalesce(o.due_on, cast(o.started_at as date)) as anchor_on,
    coalesce(o.due_on, cast(o.started_at as date)) as mature_on,
    cast(o.started_at as date) as original_on,
    coalesce(a.customer_id, o.customer_id) as customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier,
    cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
    case when o.excluded_reason is null then cast(case when o.met then 1 else 0 end as bigint) end as num,
    case when o.excluded_reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    o.excluded_reason,
    o.due_at, o.done_at, o.took_work_s, o.took_calendar_s, o.rule_version
from fct_obligations o
join dim_accounts a on a.account_no = o.account_no
cross join run_info r
where o.duty = 'acceptance_feedback' and (o.excluded_reason is not null or o.due_at <= r.as_of)
