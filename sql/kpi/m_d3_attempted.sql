-- about: one row per resolved complaint whose call-back fell due, as in D3; under the subject of the case
-- id: D3.attempted
-- of: D3
-- main: no
-- name_zh: 回访执行率
-- name_en: Call-backs made or attempted
-- family: complaints
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 回访的到期日
-- anchor_en: day on which the call-back fell due
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.kind, cases.resolved_at, cases.callback_at, case_events.type
-- formula_zh: 解决后在时限内回访接通、或在三个不同半天留有回访记录（已执行未接通）的投诉 ÷ 回访在当期到期的已解决投诉。半天以中午 12 点为界。责任人为到期与完成两者中较早之时的客户经理。
-- formula_en: Complaints whose customer was reached within the limit after the resolve, or was tried on three different
--   half-days within it / resolved complaints whose call-back fell due in the period. Half-days end at noon and midnight.
--   Accountable is the owner at the earlier of deadline and completion.
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
    case when o.excluded_reason is null then cast(case when o.met or case when o.ends_with_day then cast(t.third_at as date) <= o.due_on else t.third_at <= o.due_at end then 1 else 0 end as bigint) end as num,
    case when o.excluded_reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    o.excluded_reason,
    o.due_at, o.done_at, o.took_work_s, o.took_calendar_s, o.rule_version,
    a.owner_no, o.class_no
from fct_obligations o
join dim_accounts a on a.account_no = o.account_no
join dim_classes k on k.class_no = o.class_no
left join fct_callback_attempts t on t.subject_id = o.subject_id
cross join run_info r
where o.duty = 'callback' and (o.excluded_reason is not null or o.due_at <= r.as_of)
