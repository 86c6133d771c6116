-- about: one row per resolved case
-- id: W3
-- of: W3
-- main: yes
-- name_zh: 一小时内重开占比
-- name_en: Cases reopened within an hour
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
-- formula_zh: 曾在解决后一小时（含）内被重开的工单 ÷ 当期解决的工单。责任人为到期与解决两者中较早之时的客户经理。仅供复核，不计分：异常的数值只说明值得看，不说明有错。
-- formula_en: Cases of which a resolve was taken back within an hour / cases resolved in the period. Accountable is the owner
--   at the earlier of deadline and resolve. For review, never for points: an unusual value says where to look, not
--   that anything is wrong.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases.
-- source: 本系统建议
with judged as (
    select f.*, false as is_quick, f.excluded_reason as reason
    from fct_cases f
    where f.resolved_at is not null and f.reopens = 0
    union all
    select f.*, q.subject_id is not null, f.excluded_reason
    from fct_cases f
    left join fct_case_quick_reopens q on q.subject_id = f.subject_id
    where f.resolved_at is not null and f.reopens > 0
)
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    case when f.resolution_due_at < f.resolved_at then f.resolution_due_at else f.resolved_at end as event_at,
    cast(f.resolved_at as date) as anchor_on,
    cast(f.resolved_at as date) as mature_on,
    cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.reason is null then cast(case when f.is_quick then 1 else 0 end as bigint) end as num,
    case when f.reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.reason as excluded_reason,
    a.owner_no, f.class_no
from judged f
join dim_accounts a on a.account_no = f.resolution_account_no
join dim_classes k on k.class_no = f.class_no
