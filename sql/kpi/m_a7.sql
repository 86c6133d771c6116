-- about: one row per feedback case whose answer fell due, and per feedback case that owed none; under the subject of the
--   case
-- id: A7
-- of: A7
-- main: yes
-- name_zh: 反馈答复及时率
-- name_en: Feedback answered on time
-- family: satisfaction
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 答复的到期日
-- anchor_en: day on which the answer fell due
-- maturity_days: 7
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.kind, cases.created_at, cases.resolved_at, cases.action
-- formula_zh: 在时限内带改进措施答复客户的反馈 ÷ 答复在当期到期的反馈。答复以有效解决为准，须登记措施；只扣除等待客户的时间。到期未完成计为未及时。责任人为到期与完成两者中较早之时的客户经理。
-- formula_en: Feedback answered to the customer with a measure within the limit / feedback whose answer fell due in the
--   period. The answer is the resolve that stands, with its measure recorded; only waiting for the customer is taken off.
--   Not answered when due is a miss. Accountable is the owner at the earlier of deadline and completion.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单、时限未配置、等待客户而到期时间未定的工单。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases, cases without a configured limit, or waiting
--   for the customer so that the deadline is unknown.
-- deadline: due_at, done_at
-- details: due_at, done_at, took_work_s, took_calendar_s, rule_version
-- source: S3《项目客户服务管理操作规范及细则》客户反馈与投诉处理：「应及时制定改进措施,并在[X]个工作日内反馈给客户」
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
where o.duty = 'feedback_answer' and (o.excluded_reason is not null or o.due_at <= r.as_of)
