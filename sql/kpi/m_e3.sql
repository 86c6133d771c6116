-- about: one row per restored major fault whose review fell due, and per such fault that owed none; under the subject of
--   the case
-- id: E3
-- of: E3
-- main: yes
-- name_zh: 重大故障复盘完成率
-- name_en: Reviews of major faults on time
-- family: faults
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 复盘的到期日
-- anchor_en: day on which the review fell due
-- min_n: 5
-- adjust: tier, kind, severity
-- needs: cases.major, cases.restored_at, cases.review_filed_at
-- formula_zh: 恢复后在时限内完成复盘（有原因、有措施、已提交并告知客户）的重大故障 ÷ 复盘在当期到期的重大故障。完成时间取提交和告知客户两者中较晚的。到期未完成计为未及时。责任人为到期与完成两者中较早之时的客户经理。
-- formula_en: Major faults whose review (cause, action, filed, customer told) was done within the limit after the
--   restoration / restored major faults whose review fell due in the period. It is done at the later of filing it and
--   telling the customer. Not done when due is a miss. Accountable is the owner at the earlier of deadline and completion.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单；原因为客户设备、不可抗力、计划割接的故障；时限未配置。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; faults caused by the equipment of the
--   customer, by force majeure or by a planned cutover; without a configured limit.
-- deadline: due_at, done_at
-- details: due_at, done_at, took_work_s, took_calendar_s, rule_version
-- source: S0《首席客户经理服务实施细则》三(三)2：「并协助进行事后分析与优化建议」
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
where o.duty = 'fault_review' and (o.excluded_reason is not null or o.due_at <= r.as_of)
