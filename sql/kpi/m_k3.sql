-- about: one row per approved change of tier whose notice fell due; under customer_id "/" effective_from
-- id: K3
-- of: K3
-- main: yes
-- name_zh: 级别调整通知及时率
-- name_en: Tier changes told on time
-- family: tiers
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 通知的到期日
-- anchor_en: day on which the notice fell due
-- min_n: 10
-- needs: tier_history.notified_at, tier_history.tier
-- formula_zh: 在时限内通知客户的级别调整 ÷ 通知在当期到期的级别调整。自级别生效与批准两者中较晚之日起算，提前通知的算按时；首次定级和级别未变的不是调整。到期未完成计为未及时。责任人为到期与完成两者中较早之时的客户经理。
-- formula_en: Changes of tier that the customer was told of within the limit / changes of tier whose notice fell due in
--   the period. The time begins on the later of the day the tier takes effect and the day it was approved, an earlier
--   notice is in time; a first tier and a tier confirmed are no changes. Not told when due is a miss. Accountable is the
--   owner at the earlier of deadline and completion.
-- excluded_zh: 时限未配置。
-- excluded_en: Without a configured limit.
-- deadline: due_at, done_at
-- details: due_at, done_at, took_work_s, took_calendar_s, rule_version
-- source: S2《客戶服務分級管理辦法》客戶級別調整：「調整結果經相關部門審核批準后,通知客戶」
select
    o.subject_id, 'tier_change' as subject_kind, cast(null as varchar) as period_kind,
    o.accountable_at as event_at,
    coalesce(o.due_on, cast(o.started_at as date)) as anchor_on,
    coalesce(o.due_on, cast(o.started_at as date)) as mature_on,
    cast(o.started_at as date) as original_on,
    coalesce(a.customer_id, o.customer_id) as customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier,
    cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
    case when o.excluded_reason is null then cast(case when o.met then 1 else 0 end as bigint) end as num,
    case when o.excluded_reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    o.excluded_reason,
    o.due_at, o.done_at, o.took_work_s, o.took_calendar_s, o.rule_version
from fct_obligations o
join dim_accounts a on a.account_no = o.account_no
cross join run_info r
where o.duty = 'tier_notice' and (o.excluded_reason is not null or o.due_at <= r.as_of)
