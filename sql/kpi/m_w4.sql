-- about: one row per case resolved late or not solved; the cases that left their subject later (#2, …) are not in it
-- id: W4
-- of: W4
-- main: yes
-- name_zh: 未及时或未解决工单的问卷发送率
-- name_en: Surveys sent about late or unsolved cases
-- family: watch
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 解决时间
-- anchor_en: time of the resolve that stands
-- maturity_days: 7
-- min_n: 20
-- charged_to: nobody
-- needs: cases.resolved_at, surveys.sent_at, surveys.case_id
-- formula_zh: 已就该工单发送问卷（不论送达）的 ÷ 当期未及时解决或未能解决的工单。与 W4.kept 相差很大时，说明问卷可能按结果挑选发送。责任人为到期与解决两者中较早之时的客户经理。仅供复核，不计分：异常的数值只说明值得看，不说明有错。
-- formula_en: Cases about which a survey was sent, delivered or not / cases resolved late or not solved in the period. Far
--   from W4.kept, surveys may be chosen by the outcome. Accountable is the owner at the earlier of deadline and
--   resolve. For review, never for points: an unusual value says where to look, not that anything is wrong.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单；解决时限未配置。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; no limit on the resolution configured.
-- source: 本系统建议
with judged as (
    select f.*, coalesce(f.excluded_reason, case when f.resolution_excluded = 'rule_unset' then 'rule_unset' end) as reason
    from fct_cases f
    where f.resolved_at is not null and f.subject_no = 1 and (f.is_unsolved or not f.resolution_met)
)
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    case when f.resolution_due_at < f.resolved_at then f.resolution_due_at else f.resolved_at end as event_at,
    cast(f.resolved_at as date) as anchor_on,
    cast(f.resolved_at + interval '7' day as date) as mature_on,
    cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.reason is null then cast(case when s.case_id is not null then 1 else 0 end as bigint) end as num,
    case when f.reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.reason as excluded_reason,
    a.owner_no, f.class_no
from judged f
join dim_accounts a on a.account_no = f.resolution_account_no
join dim_classes k on k.class_no = f.class_no
left join fct_case_surveyed s on s.case_id = f.subject_id
