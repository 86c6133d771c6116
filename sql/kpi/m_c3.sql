-- about: one row per case that was resolved by a resolve that stands
-- id: C3
-- of: C3
-- main: yes
-- name_zh: 解决时长（工作时间）
-- name_en: Time to resolve (working time)
-- family: resolution
-- kind: duration
-- over_time: sum
-- unit: seconds
-- direction: down
-- anchor_zh: 有效解决之日
-- anchor_en: day of the resolve that stands
-- maturity_days: 7
-- min_n: 10
-- needs: cases.created_at, cases.resolved_at
-- formula_zh: 当期解决的工单，从创建到有效解决的工作时间的中位数和第 90 百分位数（不插值），扣除其间等待客户的时间。未解决的工单不计入。责任人为到期与解决两者中较早之时的客户经理。
-- formula_en: Median and 90th percentile (not interpolated) of the working time from creation to the resolve that
--   stands, over cases resolved in the period, less waiting for the customer. Open cases are not in it. Accountable is the
--   owner at the earlier of deadline and resolve.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单；曾重开而重开窗口未配置的工单。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; cases that were reopened while no reopen
--   window is configured.
-- details: due_at, done_at, took_s, rule_version
-- source: S0《首席客户经理服务实施细则》三(四)2：「对于客户投诉,应立即响应,承诺解决时限,并主动向客户反馈处理进展」
with resolved as (
    select f.*,
        case when f.excluded_reason is not null then f.excluded_reason
            when f.window_unset then 'rule_unset' end as reason
    from fct_cases f
    where f.resolved_at is not null
)
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    case when f.resolution_due_at < f.resolved_at then f.resolution_due_at else f.resolved_at end as event_at,
    cast(f.resolved_at as date) as anchor_on,
    f.matured_on as mature_on,
    cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.reason is null then cast(f.resolve_work_s as bigint) end as num,
    case when f.reason is null then cast(1 as bigint) end as den,
    case when f.reason is null then cast(f.resolve_work_s as bigint) end as value,
    f.reason as excluded_reason,
    f.resolution_due_at as due_at, f.resolved_at as done_at, cast(f.resolve_work_s as bigint) as took_s,
    l.resolution_rule_version as rule_version,
    a.owner_no, f.class_no
from resolved f
join dim_accounts a on a.account_no = f.resolution_account_no
join dim_classes k on k.class_no = f.class_no
left join dim_limits l on l.limits_no = f.limits_no
