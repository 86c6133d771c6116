-- about: one row per case resolved on time
-- id: W6
-- of: W6
-- main: yes
-- name_zh: 压线解决占比
-- name_en: Cases resolved just before their deadline
-- family: watch
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: down
-- anchor_zh: 解决时间
-- anchor_en: time of the resolve that stands
-- min_n: 20
-- charged_to: nobody
-- needs: cases.resolved_at
-- formula_zh: 在到期前规定分钟数（建议 15 分钟）之内解决的工单 ÷ 当期及时解决的工单。责任人为到期与解决两者中较早之时的客户经理。仅供复核，不计分：异常的数值只说明值得看，不说明有错。
-- formula_en: Cases resolved within so many minutes of their deadline (proposed: 15), before it / cases resolved on time in
--   the period. Accountable is the owner at the earlier of deadline and resolve. For review, never for points: an
--   unusual value says where to look, not that anything is wrong.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单；解决时限或分钟数未配置。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; no limit or no number of minutes configured.
-- details: due_at, done_at
-- source: 本系统建议
with judged as (
    select f.*, g.value as minutes,
        case when f.resolution_excluded is not null then f.resolution_excluded when g.value is null then 'rule_unset' end as reason
    from fct_cases f
    left join rule_params g on g.name = 'close_to_deadline_minutes' and g.valid_from <= cast(f.resolved_at as date)
        and cast(f.resolved_at as date) < g.valid_to
    where f.resolved_at is not null and f.resolution_met
)
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    case when f.resolution_due_at < f.resolved_at then f.resolution_due_at else f.resolved_at end as event_at,
    cast(f.resolved_at as date) as anchor_on,
    cast(f.resolved_at as date) as mature_on,
    cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.reason is null then cast(case when f.resolved_at <= f.resolution_due_at and f.resolution_due_at <= f.resolved_at + f.minutes * interval '1' minute then 1 else 0 end as bigint) end as num,
    case when f.reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.reason as excluded_reason,
    f.resolution_due_at as due_at, f.resolved_at as done_at,
    a.owner_no, f.class_no
from judged f
join dim_accounts a on a.account_no = f.resolution_account_no
join dim_classes k on k.class_no = f.class_no
