-- about: one row per fault whose repair fell due, and per fault that owed none; under the subject of the case
-- id: E1
-- of: E1
-- main: yes
-- name_zh: 故障修复及时率
-- name_en: Faults repaired on time
-- family: faults
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 修复的到期日
-- anchor_en: day on which the repair fell due
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.kind, cases.restored_at, cases.reported_at, cases.alarm_at
-- formula_zh: 从申告或告警（取先者，都没有的取创建）到恢复业务不超过规定时限的故障 ÷ 修复在当期到期的故障。以恢复时间为准，不以关闭工单为准；扣除等待客户的时间，以及有批准人的剔除分钟（只对以分钟、小时计的时限）。到期未恢复计为未及时。责任人为到期与完成两者中较早之时的客户经理。
-- formula_en: Faults repaired within the limit from the report or the alarm, whichever is first (from the creation where
--   neither is known) / faults whose repair fell due in the period. What counts is when service was restored, not when the
--   case was closed. Waiting for the customer is taken off, and from limits in minutes or hours the excluded minutes that
--   somebody approved. Not restored when due is a miss. Accountable is the owner at the earlier of deadline and
--   completion.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单；原因为客户设备、不可抗力、计划割接的故障；时限未配置；等待客户而到期时间未定。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; faults caused by the equipment of the
--   customer, by force majeure or by a planned cutover; without a configured limit, or waiting for the customer so that
--   the deadline is unknown.
-- deadline: due_at, done_at
-- details: due_at, done_at, took_work_s, took_calendar_s, rule_version
-- source: S0《首席客户经理服务实施细则》三(三)2：「建立快速故障处理机制」
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
where o.duty = 'restore' and (o.excluded_reason is not null or o.due_at <= r.as_of)
