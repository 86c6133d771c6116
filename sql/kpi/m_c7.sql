-- about: one row per case with a promised time that has come, and per promised case that counts nowhere; under the case
-- id: C7
-- of: C7
-- main: yes
-- name_zh: 承诺兑现率
-- name_en: Promises kept
-- family: resolution
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 承诺解决的日期
-- anchor_en: promised day
-- maturity_days: 7
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.promised_due_at, cases.resolved_at
-- formula_zh: 在承诺时间之前（含）有效解决的工单 ÷ 承诺时间在当期的工单。以首次承诺为准，后来改的承诺不代替它；以无法解决或客户放弃告终的不算兑现；不扣除任何等待。责任人为承诺时间与解决两者中较早之时的客户经理。
-- formula_en: Cases resolved by the promised time, by the resolve that stands / cases whose promised time lies in the
--   period. The first promise holds, a later one never replaces it; one closed as impossible or given up was not kept; no waiting is
--   taken off. Accountable is the owner at
--   the earlier of promise and resolve.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases.
-- deadline: due_at, done_at
-- details: due_at, done_at
-- source: S0《首席客户经理服务实施细则》三(四)2：「对于客户投诉,应立即响应,承诺解决时限,并主动向客户反馈处理进展」
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    case when f.resolved_at < f.promised_due_at then f.resolved_at else f.promised_due_at end as event_at,
    f.promised_on as anchor_on,
    case when f.resolved_at <= f.promised_due_at and f.matured_on > f.promised_on
        then f.matured_on else f.promised_on end as mature_on,
    cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.excluded_reason is null then cast(case when f.resolved_at <= f.promised_due_at and not f.is_unsolved then 1 else 0 end as bigint) end as num,
    case when f.excluded_reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.excluded_reason,
    f.promised_due_at as due_at, f.resolved_at as done_at,
    a.owner_no, f.class_no
from fct_promises f
join dim_accounts a on a.account_no = f.account_no
join dim_classes k on k.class_no = f.class_no
cross join run_info r
where f.excluded_reason is not null or f.promised_due_at <= r.as_of
