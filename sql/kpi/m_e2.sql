-- about: one row per fault whose service was restored; under the subject of the case
-- id: E2
-- of: E2
-- main: yes
-- name_zh: 故障历时
-- name_en: Length of faults
-- family: faults
-- kind: duration
-- over_time: sum
-- unit: seconds
-- direction: down
-- anchor_zh: 恢复之日
-- anchor_en: day on which service was restored
-- min_n: 10
-- needs: cases.kind, cases.restored_at, cases.reported_at, cases.alarm_at
-- formula_zh: 当期恢复的故障，从申告或告警（取先者，都没有的取创建）到恢复业务的自然时间的中位数和第 90 百分位数（不插值），只扣除有批准人的剔除分钟。未恢复的不计入，在 E1 中到期计为未及时。责任人为恢复时的客户经理。
-- formula_en: Median and 90th percentile (not interpolated) of the calendar time from the report or the alarm, whichever
--   is first (from the creation where neither is known), until service was restored, over faults restored in the period;
--   only excluded minutes that somebody approved are taken off. Faults not restored are not in it, they are misses of E1
--   once due. Accountable is the owner at the restoration.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单；原因为客户设备、不可抗力、计划割接的故障。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; faults caused by the equipment of the
--   customer, by force majeure or by a planned cutover.
-- details: done_at, took_s
-- source: S0《首席客户经理服务实施细则》三(三)2：「建立快速故障处理机制」
with restored as (
    select f.*, greatest(0, f.restored_s - f.started_s - f.excused_s) as took_s, cast(f.restored_at as date) as restored_on
    from fct_faults f
    where f.restored_at is not null
)
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    f.restored_at as event_at, f.restored_on as anchor_on, f.restored_on as mature_on, f.started_on as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.excluded_reason is null then cast(f.took_s as bigint) end as num,
    case when f.excluded_reason is null then cast(1 as bigint) end as den,
    case when f.excluded_reason is null then cast(f.took_s as bigint) end as value,
    f.excluded_reason,
    f.restored_at as done_at, cast(f.took_s as bigint) as took_s,
    a.owner_no, f.class_no
from restored f
join dim_accounts a on a.account_no = f.restored_account_no
join dim_classes k on k.class_no = f.class_no
