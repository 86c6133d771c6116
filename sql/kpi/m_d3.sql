-- about: one row per resolved complaint whose call-back fell due, by its last resolve (void or not), and per such
--   complaint that owed none; under the subject of the case
-- id: D3
-- of: D3
-- main: yes
-- name_zh: 闭环回访率
-- name_en: Closed-loop call-backs
-- family: complaints
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 回访的到期日
-- anchor_en: day on which the call-back fell due
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.kind, cases.resolved_at, cases.callback_at, cases.callback_result
-- formula_zh: 解决后在时限内回访接通的投诉 ÷ 回访在当期到期的已解决投诉。接通：客户说出结果，拒绝评分也算；未接通不算（见 D3.attempted）。听到“未解决”的回访仍算，工单随即重开。规则要求由他人回访的，处理人本人的回访不算。责任人为到期与完成两者中较早之时的客户经理。
-- formula_en: Complaints whose customer was reached within the limit after the resolve / resolved complaints whose call-
--   back fell due in the period. Reached: the customer states the result, also one who refuses to rate; an unanswered call
--   is not (D3.attempted). A call-back that hears "not solved" counts, and the case reopens. Where the rules ask for
--   another caller, one by the handler does not count. Accountable is the owner at the earlier of deadline and completion.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单；24 小时内由第二人改派为非投诉的咨询；到期前已由客户重开的投诉；时限未配置。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; enquiries that a second person recoded within
--   24 hours; complaints that were reopened before the call-back fell due; without a configured limit.
-- deadline: due_at, done_at
-- details: due_at, done_at, took_work_s, took_calendar_s, rule_version
-- source: S0《首席客户经理服务实施细则》三(四)2：「投诉解决后,进行回访,确认客户满意度,确保投诉处理闭环」
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
where o.duty = 'callback' and (o.excluded_reason is not null or o.due_at <= r.as_of)
