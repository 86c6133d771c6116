-- about: one row per case whose resolution fell due, and per case that owed none
-- id: C1
-- of: C1
-- main: yes
-- name_zh: 解决及时率
-- name_en: Resolutions on time
-- family: resolution
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 解决的到期日
-- anchor_en: day on which the resolution fell due
-- maturity_days: 7
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.created_at, cases.kind, cases.resolved_at
-- formula_zh: 从创建到有效解决不超过规定时限的工单 ÷
--   解决在当期到期的有效工单。有效解决：最后一次解决，且其后重开窗口内没有重开；窗口内重开的，先前的解决作废，按最后一次解决计算；窗口之后的重开另立一个对象。只扣除解决之前等待客户的时间，包括由客户原因重开的间隔；等待内部支撑不扣除。到期未解决计为未及时。责任人为到期与解决两者中较早之时的客户经理。
-- formula_en: Cases resolved within the limit, by the resolve that stands / valid cases whose resolution fell due in
--   the period. A resolve stands when it is the last and no reopen follows within the reopen window; a reopen in the
--   window makes the resolve before it void, a later one begins a subject of its own. Only waiting for the customer before
--   the resolve is taken off, with the time up to a reopen that the customer caused; waiting for another department is
--   not. Unresolved when due is a miss. Accountable is the owner at the earlier of deadline and resolve.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单、时限未配置、等待客户而到期时间未定的工单。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases, cases without a configured limit, or
--   waiting for the customer so that the deadline is unknown.
-- deadline: due_at, done_at
-- details: due_at, done_at, clock, limit_s, limit_days, took_work_s, took_calendar_s, rule_version
-- source: S0《首席客户经理服务实施细则》三(三)1：「首席客户经理应确保在规定时间内响应,并协调资源予以解决」
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    case when f.resolved_at is null or f.resolution_due_at < f.resolved_at then coalesce(f.resolution_due_at, f.created_at)
        else f.resolved_at end as event_at,
    coalesce(f.resolution_due_on, cast(f.created_at as date)) as anchor_on,
    case when f.resolution_met and f.matured_on > f.resolution_due_on
        then f.matured_on
        else coalesce(f.resolution_due_on, cast(f.created_at as date)) end as mature_on,
    cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.resolution_excluded is null then cast(case when f.resolution_met then 1 else 0 end as bigint) end as num,
    case when f.resolution_excluded is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.resolution_excluded as excluded_reason,
    f.resolution_due_at as due_at, f.resolved_at as done_at,
    l.resolution_clock as clock, case when l.resolution_measure in (1, 2) then l.resolution_limit end as limit_s,
    case when l.resolution_measure in (3, 4) then l.resolution_limit end as limit_days,
    cast(f.resolve_work_s as bigint) as took_work_s, cast(f.resolve_calendar_s as bigint) as took_calendar_s,
    l.resolution_rule_version as rule_version,
    a.owner_no, f.class_no
from fct_cases f
join dim_accounts a on a.account_no = f.resolution_account_no
join dim_classes k on k.class_no = f.class_no
left join dim_limits l on l.limits_no = f.limits_no
cross join run_info r
where f.resolution_excluded is not null or f.resolution_due_at <= r.as_of
