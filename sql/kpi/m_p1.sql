-- about: one row per hand-off of a case to a unit that fell due, and per hand-off that owed nothing: case_id "/" the
--   number of the hand-off within the case, by its time; the category is the unit
-- id: P1
-- charged_to: unit
-- of: P1
-- main: yes
-- name_zh: 内部支撑及时率
-- name_en: Support by other units on time
-- family: support
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 支撑答复的到期日
-- anchor_en: day on which the unit's answer fell due
-- min_n: 10
-- needs: case_events.type, case_events.actor_unit
-- formula_zh: 在时限内答复（转回）的内部支撑 ÷ 答复在当期到期的内部支撑（转出）。按部门（类别）看；未转回即解决的，以解决为答复；不扣除任何等待；不计入客户经理。到期未完成计为未及时。
-- formula_en: Hand-offs that the unit answered (handed back) within the limit / hand-offs to a unit whose answer fell due
--   in the period. By unit, which is their category; where a case was resolved without a hand-back the resolve ends the
--   wait; no waiting is taken off. Never charged to the manager. Not answered when due is a miss.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单、时限未配置。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases, hand-offs without a configured limit.
-- deadline: due_at, done_at
-- details: due_at, done_at, took_work_s, took_calendar_s, rule_version
-- source: S0《首席客户经理服务实施细则》四(一)：「相关部门应积极配合首席客户经理的工作」
select
    o.subject_id, 'handoff' as subject_kind, cast(null as varchar) as period_kind,
    o.accountable_at as event_at,
    coalesce(o.due_on, cast(o.started_at as date)) as anchor_on,
    coalesce(o.due_on, cast(o.started_at as date)) as mature_on,
    cast(o.started_at as date) as original_on,
    a.customer_id, cast(null as varchar) as manager_id, 'unit' as unassigned_reason, cast(null as varchar) as team, a.region, a.tier,
    k.kind, k.severity, h.unit_id as category,
    case when o.excluded_reason is null then cast(case when o.met then 1 else 0 end as bigint) end as num,
    case when o.excluded_reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    o.excluded_reason,
    o.due_at, o.done_at, o.took_work_s, o.took_calendar_s, o.rule_version
from fct_obligations o
join fct_handoffs h on h.subject_id = o.subject_id
join dim_accounts a on a.account_no = o.account_no
join dim_classes k on k.class_no = o.class_no
cross join run_info r
where o.duty = 'handoff' and (o.excluded_reason is not null or o.due_at <= r.as_of)
