-- about: one row per subject of a case that was ever resolved, once the window after its first resolve has passed
-- id: C4
-- of: C4
-- main: yes
-- name_zh: 一次解决率
-- name_en: First-contact resolution (FCR)
-- family: resolution
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 首次解决后满重开窗口之日
-- anchor_en: last day of the reopen window after the first resolve
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.created_at, cases.resolved_at, case_events.type
-- formula_zh: 首次处理即解决的工单 ÷ 首次解决后重开窗口在当期届满的工单。首次处理即解决：解决前与客户的人工联系不超过一次（解决本身不计），未移交他人，窗口内未重开，且同一客户窗口内没有再提出同一类别的工单；以无法解决或客户放弃告终的不算解决。责任人为到期与解决两者中较早之时的客户经理。
-- formula_en: Cases resolved in the first handling / cases whose reopen window after the first resolve ended in the
--   period. In the first handling: at most one contact with the customer before the resolve (the resolve itself not
--   counted), no transfer, no reopen within the window and no other case of the same customer in the same category within
--   it; one closed as impossible or given up is not resolved. Accountable is the owner at the earlier of deadline and resolve.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单、重开窗口未配置。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; without a configured window.
-- details: done_at, missed_by
-- source: 本系统建议
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    f.resolved_at as event_at, f.matured_on as anchor_on, f.matured_on as mature_on, cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.excluded_reason is null then cast(case when not f.is_reopened and not f.is_unsolved and h.subject_id is null then 1 else 0 end as bigint) end as num,
    case when f.excluded_reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.excluded_reason,
    f.resolved_at as done_at,
    case when f.excluded_reason is not null then null when f.is_reopened then 'reopened' when f.is_unsolved then 'unsolved'
        when h.subject_id is not null then 'handled_again' end as missed_by,
    a.owner_no, f.class_no
from fct_first_resolves f
join dim_accounts a on a.account_no = f.account_no
join dim_classes k on k.class_no = f.class_no
left join fct_handled_again h on h.subject_id = f.subject_id
cross join run_info r
where coalesce(f.matured_on < r.as_of_on, false) -- a plain comparison DuckDB takes for one that leaves few rows
