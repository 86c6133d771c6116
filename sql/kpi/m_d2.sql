-- about: one row per complaint whose answer fell due by the internal limit, and per complaint that owed none; under the
--   subject of the case
-- id: D2
-- of: D2
-- main: yes
-- name_zh: 投诉答复及时率
-- name_en: Complaints answered on time
-- family: complaints
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 投诉答复的到期日
-- anchor_en: day on which the answer fell due
-- maturity_days: 7
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.kind, cases.created_at, cases.resolved_at
-- formula_zh: 从任一渠道受理（工单创建）到答复不超过内部时限的投诉 ÷ 答复在当期到期的投诉。答复指给出处理结果，以有效解决为准；只扣除等待客户的时间。到期未完成计为未及时。法定 15 日见 D2.statutory。责任人为到期与完成两者中较早之时的客户经理。
-- formula_en: Complaints answered within the internal limit from their receipt by any channel (the creation of the case) /
--   complaints whose answer fell due in the period. The answer is that with the outcome: the resolve that stands. Only
--   waiting for the customer is taken off. Not answered when due is a miss. The statutory 15 days are D2.statutory.
--   Accountable is the owner at the earlier of deadline and completion.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单；24 小时内由第二人改派为非投诉的咨询；时限未配置；等待客户而到期时间未定。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; enquiries that a second person recoded within
--   24 hours; without a configured limit, or waiting for the customer so that the deadline is unknown.
-- deadline: due_at, done_at
-- details: due_at, done_at, took_work_s, took_calendar_s, rule_version
-- source: S0《首席客户经理服务实施细则》三(四)2：「对于客户投诉,应立即响应,承诺解决时限,并主动向客户反馈处理进展」
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
where o.duty = 'complaint_answer' and (o.excluded_reason is not null or o.due_at <= r.as_of)
