-- about: one row per case whose first response fell due, and per case that owed none
-- id: B1
-- of: B1
-- main: yes
-- name_zh: 首次响应及时率
-- name_en: First responses on time
-- family: response
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 首次响应的到期日
-- anchor_en: day on which the first response fell due
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.created_at, cases.kind, cases.first_response_at
-- formula_zh: 首次响应用时不超过规定时限的工单 ÷ 首次响应在当期到期的有效客户工单。首次响应：责任方第一次由人工作出、客户可见的动作；未响应先解决的，以解决为响应；早于创建的记为
--   0。时限按创建时的工单类型、紧急程度、客户级别，用规则规定的时钟计算；只扣除响应之前等待客户的时间。到期未响应计为未及时。责任人为创建时的客户经理。
-- formula_en: Cases answered within the limit / valid customer cases whose first response fell due in the period.
--   First response: the first act of a person that the customer can see; a case resolved without one is answered by the
--   resolve; before the creation counts as 0 seconds. The limit is that of kind, severity and tier at creation, on the
--   clock its rule names; only waiting for the customer before the answer is taken off. Unanswered when due is a miss.
--   Accountable is the owner at creation.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单（合并、重复的工单由保留工单承继最早的创建和响应）、系统发起、人工介入前自助解决、时限未配置、等待客户而到期时间未定的工单。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases (the case that survives inherits the
--   earliest creation and response of merged and duplicate ones), cases raised by a system, solved by self-service before
--   a person could act, without a configured limit, or waiting for the customer so that the deadline is unknown.
-- deadline: due_at, done_at
-- details: due_at, done_at, clock, limit_s, limit_days, took_work_s, took_calendar_s, rule_version
-- source: S2《客戶服務分級管理辦法》考核指標：「考核服務人員在接到客戶服務請求后做出響應的時間是否符合規定要求」
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    f.created_at as event_at,
    coalesce(f.response_due_on, cast(f.created_at as date)) as anchor_on,
    coalesce(f.response_due_on, cast(f.created_at as date)) as mature_on,
    cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.response_excluded is null then cast(case when f.response_met then 1 else 0 end as bigint) end as num,
    case when f.response_excluded is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.response_excluded as excluded_reason,
    f.response_due_at as due_at, f.response_at as done_at,
    l.response_clock as clock, case when l.response_measure in (1, 2) then l.response_limit end as limit_s,
    case when l.response_measure in (3, 4) then l.response_limit end as limit_days,
    cast(f.response_work_s as bigint) as took_work_s, cast(f.response_calendar_s as bigint) as took_calendar_s,
    l.response_rule_version as rule_version,
    a.owner_no, f.class_no
from fct_cases f
join dim_accounts a on a.account_no = f.account_no
join dim_classes k on k.class_no = f.class_no
left join dim_limits l on l.limits_no = f.limits_no
cross join run_info r
where f.response_excluded is not null or f.response_due_at <= r.as_of
