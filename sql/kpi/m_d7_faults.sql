-- about: one row per fault that was closed; under the subject of the case
-- id: D7.faults
-- of: D7
-- main: no
-- name_zh: 首问闭环率（故障）
-- name_en: Faults closed by their first receiver
-- family: complaints
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 关闭之日
-- anchor_en: day of the close
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.kind, cases.closed_at, case_events.type
-- formula_zh: 首问人负责到关闭、其间没有移交他人的故障 ÷ 当期关闭的故障。责任人为创建时的客户经理。
-- formula_en: Faults that stayed with their first receiver until they were closed, without a transfer / faults closed in
--   the period. Accountable is the owner at creation.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单；24 小时内由第二人改派为非投诉的咨询。未关闭的不计入。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; enquiries that a second person recoded within
--   24 hours. Open ones are not in it.
-- details: done_at, transfers
-- source: S0《首席客户经理服务实施细则》三(三)2：「首席客户经理作为客户故障申告的第一受理人」
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    f.created_at as event_at, f.closed_on as anchor_on, f.closed_on as mature_on, cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.excluded_reason is null then cast(case when f.transfers = 0 then 1 else 0 end as bigint) end as num,
    case when f.excluded_reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.excluded_reason,
    f.closed_at as done_at, f.transfers,
    a.owner_no, f.class_no
from fct_closures f
join dim_accounts a on a.account_no = f.account_no
join dim_classes k on k.class_no = f.class_no
where k.kind = 'fault'
