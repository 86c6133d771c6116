-- about: one row per subject of a case that was ever resolved, once the window after its first resolve has passed
-- id: C5
-- of: C5
-- main: yes
-- name_zh: 重开率
-- name_en: Reopen rate
-- family: resolution
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: down
-- anchor_zh: 首次解决后满重开窗口之日
-- anchor_en: last day of the reopen window after the first resolve
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.created_at, cases.resolved_at, case_events.type
-- formula_zh: 首次解决后在重开窗口内重开的工单 ÷ 首次解决后重开窗口在当期届满的工单。按工单计，不按重开次数计；窗口之后的重开另立一个对象，不算重开。责任人为到期与解决两者中较早之时的客户经理。
-- formula_en: Cases reopened within the window after their first resolve / cases whose window after the first resolve
--   ended in the period. Cases are counted, not reopens; a reopen after the window begins a subject of its own and is
--   none. Accountable is the owner at the earlier of deadline and resolve.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单、重开窗口未配置。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; without a configured window.
-- details: done_at
-- source: 本系统建议
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    f.resolved_at as event_at, f.matured_on as anchor_on, f.matured_on as mature_on, cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.excluded_reason is null then cast(case when f.is_reopened then 1 else 0 end as bigint) end as num,
    case when f.excluded_reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.excluded_reason,
    f.resolved_at as done_at,
    a.owner_no, f.class_no
from fct_first_resolves f
join dim_accounts a on a.account_no = f.account_no
join dim_classes k on k.class_no = f.class_no
cross join run_info r
where coalesce(f.matured_on < r.as_of_on, false) -- a plain comparison DuckDB takes for one that leaves few rows
