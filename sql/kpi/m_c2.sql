-- about: one row per case that was decided, and per case that counts nowhere
-- id: C2
-- of: C2
-- main: yes
-- name_zh: 服务解决率
-- name_en: Cases resolved at all
-- family: resolution
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 定论日：有效解决之日，至迟到期后第 30 个自然日
-- anchor_en: day of the decision: of the resolve that stands, at the latest 30 days past the deadline
-- maturity_days: 7
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.created_at, cases.kind, cases.resolved_at
-- formula_zh: 以有效解决定论的工单（不论是否及时）÷ 当期定论的有效工单。每张工单只定论一次：有效解决之日与到期后满规定天数（建议 30
--   个自然日）之日中较早者。到期后满天数仍未解决的计入分母不计入分子；以“无法解决”“客户放弃”结束的同样。责任人为到期与解决两者中较早之时的客户经理。
-- formula_en: Cases decided by a resolve that stands, late or not / valid cases decided in the period. Every case is
--   decided once: on the day of the resolve that stands or, if earlier, the set number of days (proposed: 30 calendar
--   days) after its deadline. Unresolved by then counts in the denominator only, and so do cases closed as impossible or
--   given up by the customer. Accountable is the owner at the earlier of deadline and resolve.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单、时限未配置、等待客户而到期时间未定的工单。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases, cases without a configured limit, or
--   waiting for the customer so that the deadline is unknown.
-- details: due_at, done_at, clock, limit_s, limit_days, took_work_s, took_calendar_s, rule_version
-- source: S2《客戶服務分級管理辦法》考核指標：「考核服務人員對客戶問題的解決比例」
with dated as (
    select f.*,
        cast(f.resolved_at as date) as resolved_on
    from fct_cases f
),
decided as (
    select f.*,
        case when f.resolution_excluded is not null then f.resolution_excluded
            when f.given_up_on is null then 'rule_unset' end as reason,
        f.resolved_on is not null and f.resolved_on <= f.given_up_on as by_resolve,
        case when f.resolved_on is not null and (f.given_up_on is null or f.resolved_on <= f.given_up_on) then f.resolved_on
            else f.given_up_on end as decided_on
    from dated f
)
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    case when f.resolved_at is null or f.resolution_due_at < f.resolved_at then coalesce(f.resolution_due_at, f.created_at)
        else f.resolved_at end as event_at,
    coalesce(f.decided_on, cast(f.created_at as date)) as anchor_on,
    case when f.by_resolve then f.matured_on else coalesce(f.decided_on, cast(f.created_at as date)) end as mature_on,
    cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.reason is null then cast(case when f.by_resolve and not f.is_unsolved
        then 1 else 0 end as bigint) end as num,
    case when f.reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.reason as excluded_reason,
    f.resolution_due_at as due_at, f.resolved_at as done_at,
    l.resolution_clock as clock, case when l.resolution_measure in (1, 2) then l.resolution_limit end as limit_s,
    case when l.resolution_measure in (3, 4) then l.resolution_limit end as limit_days,
    cast(f.resolve_work_s as bigint) as took_work_s, cast(f.resolve_calendar_s as bigint) as took_calendar_s,
    l.resolution_rule_version as rule_version,
    a.owner_no, f.class_no
from decided f
join dim_accounts a on a.account_no = f.resolution_account_no
join dim_classes k on k.class_no = f.class_no
left join dim_limits l on l.limits_no = f.limits_no
cross join run_info r
where f.reason is not null or f.by_resolve or f.decided_on < r.as_of_on
