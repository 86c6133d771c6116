-- about: one row per fault whose service was restored, with the seconds for which its circuit was down because of it and
--   of no fault restored before it; under the subject of the case
-- id: E2.outage
-- of: E2
-- main: no
-- name_zh: 电路中断总时长
-- name_en: Time that circuits were down
-- family: faults
-- kind: sum
-- over_time: sum
-- unit: seconds
-- direction: down
-- anchor_zh: 恢复之日
-- anchor_en: day on which service was restored
-- needs: cases.kind, cases.restored_at, cases.circuit_id
-- formula_zh: 当期恢复的故障所致的电路中断时长之和（每条电路各计）。同一电路重叠的故障只计一次，归先恢复的；没有电路编号的故障自成一条电路。扣除有批准人的剔除分钟。责任人为恢复时的客户经理。
-- formula_en: Sum of the time for which circuits were down because of faults restored in the period, each circuit counted.
--   Overlapping faults of one circuit are united: what they share belongs to the one restored first; a fault without a
--   circuit is a circuit of its own. Excluded minutes that somebody approved are taken off. Accountable is the owner at
--   the restoration.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单；原因为客户设备、不可抗力、计划割接的故障。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; faults caused by the equipment of the
--   customer, by force majeure or by a planned cutover.
-- details: done_at
-- source: S0《首席客户经理服务实施细则》三(三)2：「建立快速故障处理机制」
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    f.restored_at as event_at, f.restored_on as anchor_on, f.restored_on as mature_on, f.started_on as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.excluded_reason is null then coalesce(o.down_s, 0) end as num,
    case when f.excluded_reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.excluded_reason,
    f.restored_at as done_at,
    a.owner_no, f.class_no
from fct_faults f
left join fct_outages o on o.subject_id = f.subject_id
join dim_accounts a on a.account_no = f.restored_account_no
join dim_classes k on k.class_no = f.class_no
where f.restored_at is not null
