-- about: one row per case whose requirements were confirmed and whose plan fell due, and per such case that owed none;
--   under the case
-- id: B4
-- of: B4
-- main: yes
-- name_zh: 方案提交及时率
-- name_en: Plans submitted on time
-- family: response
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 方案提交的到期日
-- anchor_en: day on which the plan fell due
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.confirmed_at, cases.plan_submitted_at
-- formula_zh: 从需求确认到提交方案不超过规定时限的工单 ÷ 方案提交在当期到期的工单。自需求确认起算，不是自首次联系起算；只扣除等待客户的时间；时限按工单创建时的规则和客户级别。到期未完成计为未及时。责任人为到期与完成两者中较早之时的客户经理。
-- formula_en: Cases whose plan was submitted for review within the limit / cases whose plan fell due in the period. The
--   time begins when the requirements were confirmed, not with the first contact; only waiting for the customer is taken
--   off; the limit is that of the creation of the case. Not submitted when due is a miss. Accountable is the owner at the
--   earlier of deadline and completion.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单，客户撤回的工单，时限未配置，等待客户而到期时间未定的工单。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases, cases that the customer withdrew, without a
--   configured limit, or waiting for the customer so that the deadline is unknown.
-- deadline: due_at, done_at
-- details: due_at, done_at, took_work_s, took_calendar_s, rule_version
-- source: S3《项目客户服务管理操作规范及细则》客户咨询与需求确认：「客户服务专员应在[X]个工作日内制定出初步的解决方案」
select
    o.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    o.accountable_at as event_at,
    coalesce(o.due_on, cast(o.started_at as date)) as anchor_on,
    coalesce(o.due_on, cast(o.started_at as date)) as mature_on,
    cast(o.started_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when o.excluded_reason is null then cast(case when o.met then 1 else 0 end as bigint) end as num,
    case when o.excluded_reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    o.excluded_reason,
    o.due_at, o.done_at, o.took_work_s, o.took_calendar_s, o.rule_version,
    a.owner_no, o.class_no
from fct_obligations o
join dim_accounts a on a.account_no = o.account_no
join dim_classes k on k.class_no = o.class_no
cross join run_info r
where o.duty = 'plan' and (o.excluded_reason is not null or o.due_at <= r.as_of)
