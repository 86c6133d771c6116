-- about: one row per progress update that fell due: the subject of its complaint or fault, "/" and its number there in the
--   order of the due times (at most 50)
-- id: B3
-- of: B3
-- main: yes
-- name_zh: 进展反馈及时率
-- name_en: Progress updates on time
-- family: response
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 进展反馈的到期日
-- anchor_en: day on which the update fell due
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: case_events.type, cases.created_at, cases.kind
-- formula_zh: 按时反馈的次数 ÷ 当期到期的反馈次数。投诉和故障未解决时，从创建或上一次反馈（两者取后）起，每隔规定时限应向客户反馈一次进展；错过的，从错过之时起再计下一次，每张工单至多 50 次。反馈：人工作出、客户可见的响应、进展、方案或通话。到期前已解决的不再应反馈；重开后从重开起算。只扣除等待客户的时间。责任人为到期与完成两者中较早之时的客户经理。
-- formula_en: Updates given in time / updates that fell due in the period. While a complaint or fault is open an update is
--   due a set time after its creation or the last update, whichever is later; after a miss the next one counts from the
--   missed instant, at most 50 a case. An update is what a person did and the customer can see: a response, a progress
--   report, a plan or a call. Nothing is owed once the case is resolved; a reopen begins anew. Only waiting for the
--   customer is taken off. Accountable is the owner at the earlier of deadline and completion.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单、时限未配置、等待客户而到期时间未定的工单。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases, cases without a configured limit, or waiting
--   for the customer so that the deadline is unknown.
-- deadline: due_at, done_at
-- owed_again: yes
-- details: due_at, done_at, took_work_s, took_calendar_s, rule_version
-- source: S0《首席客户经理服务实施细则》三(四)2：「并主动向客户反馈处理进展」；三(三)2：「跟踪故障处理进度,及时向客户反馈」
select
    o.subject_id, 'obligation' as subject_kind, cast(null as varchar) as period_kind,
    o.accountable_at as event_at,
    coalesce(o.due_on, cast(o.started_at as date)) as anchor_on,
    coalesce(o.due_on, cast(o.started_at as date)) as mature_on,
    cast(o.started_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when o.excluded_reason is null then cast(case when o.met then 1 else 0 end as bigint) end as num,
    case when o.excluded_reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    o.excluded_reason,
    o.due_at, o.done_at, o.took_work_s, o.took_calendar_s, o.rule_version,
    a.owner_no, o.class_no
from fct_obligations o
join dim_accounts a on a.account_no = o.account_no
join dim_classes k on k.class_no = o.class_no
cross join run_info r
where o.duty = 'progress' and (o.excluded_reason is not null or o.due_at <= r.as_of)
