-- about: one row per resolved case
-- id: W1
-- of: W1
-- main: yes
-- name_zh: 挂起工单占比
-- name_en: Cases put on hold for the customer
-- family: watch
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: down
-- anchor_zh: 解决时间
-- anchor_en: time of the resolve that stands
-- min_n: 20
-- charged_to: nobody
-- needs: cases.resolved_at, case_events.type
-- formula_zh: 解决之前曾以等待客户为由停表（含由客户原因重开的间隔）的工单 ÷ 当期解决的工单。责任人为到期与解决两者中较早之时的客户经理。仅供复核，不计分：异常的数值只说明值得看，不说明有错。
-- formula_en: Cases whose clock stood at least a second for the customer before the resolve, the time up to a reopen that the
--   customer caused included / cases resolved in the period. Accountable is the owner at the earlier of deadline and
--   resolve. For review, never for points: an unusual value says where to look, not that anything is wrong.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases.
-- source: 本系统建议
with judged as (
    select f.*, f.excluded_reason as reason
    from fct_cases f
    where f.resolved_at is not null
)
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    case when f.resolution_due_at < f.resolved_at then f.resolution_due_at else f.resolved_at end as event_at,
    cast(f.resolved_at as date) as anchor_on,
    cast(f.resolved_at as date) as mature_on,
    cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.reason is null then cast(case when f.created_at + (f.resolve_calendar_s + 1) * interval '1' second <= f.resolved_at then 1 else 0 end as bigint) end as num,
    case when f.reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.reason as excluded_reason,
    a.owner_no, f.class_no
from judged f
join dim_accounts a on a.account_no = f.resolution_account_no
join dim_classes k on k.class_no = f.class_no
