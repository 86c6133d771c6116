-- about: one row per complaint whose customer was reached by a call-back; under the subject of the case
-- id: D4
-- of: D4
-- main: yes
-- name_zh: 回访满意率
-- name_en: Satisfied at the call-back
-- family: complaints
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 回访之日
-- anchor_en: day of the call-back
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.kind, cases.callback_at, cases.callback_result
-- formula_zh: 回访结果为满意的投诉 ÷ 当期回访接通并作出评价的投诉。回访人是员工，结果偏高，与 A1 分开看，并与 D3 同看。责任人为投诉解决时的客户经理。
-- formula_en: Complaints whose customer was satisfied / complaints reached by a call-back in the period and rated. The
--   caller is staff, so the share is biased upward: keep it apart from A1 and read it with D3. Accountable is the owner
--   when the complaint was resolved.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单；24 小时内由第二人改派为非投诉的咨询；接通但拒绝评价的（单列）。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; enquiries that a second person recoded within
--   24 hours; customers who were reached and refused to rate (shown apart).
-- details: done_at
-- source: S0《首席客户经理服务实施细则》三(四)2：「投诉解决后,进行回访,确认客户满意度,确保投诉处理闭环」
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    f.event_at, f.called_on as anchor_on, f.called_on as mature_on, cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.excluded_reason is null then cast(case when f.callback_result = 'satisfied' then 1 else 0 end as bigint) end as num,
    case when f.excluded_reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.excluded_reason,
    f.callback_at as done_at,
    a.owner_no, f.class_no
from fct_callback_results f
join dim_accounts a on a.account_no = f.account_no
join dim_classes k on k.class_no = f.class_no
