-- about: one row per urgent case whose first response fell due around the clock, and per urgent case that owed none; under
--   the subject of the case
-- id: B5
-- of: B5
-- main: yes
-- name_zh: 紧急服务 7×24 响应及时率
-- name_en: Urgent responses on time, around the clock
-- family: response
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 首次响应的到期日（自然时间）
-- anchor_en: day on which the first response fell due, around the clock
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.created_at, cases.severity, cases.first_response_at
-- formula_zh: 在时限内首次响应的紧急工单 ÷ 首次响应在当期到期的紧急工单。一律按自然时间计，不因等待客户暂停，时限规则写明工作时间的也按自然时间读；值班代理人的响应同样算数。到期未响应计为未及时。责任人为创建时的客户经理。
-- formula_en: Urgent cases answered within the limit / urgent cases whose first response fell due in the period. Always on
--   the clock of the calendar, also where the rule names working time, and without pauses; a deputy on duty counts.
--   Unanswered when due is a miss. Accountable is the owner at creation.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单、系统发起、人工介入前自助解决、时限未配置的工单。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases, cases raised by a system, solved by self-
--   service before a person could act, or without a configured limit.
-- deadline: due_at, done_at
-- details: due_at, done_at, took_calendar_s, rule_version
-- source: S0《首席客户经理服务实施细则》三(三)1：「7x24小时响应承诺:对于客户的紧急服务请求,首席客户经理应确保在规定时间内响应」
with urgent as (
    select f.subject_id, f.class_no, f.account_no, f.created_at, f.response_at, k.kind, k.severity, k.category,
        f.response_excluded as known_reason,
        case l.response_measure when 1 then l.response_limit when 2 then l.response_limit end as limit_s,
        case l.response_measure when 3 then l.response_limit when 4 then l.response_limit end as limit_days,
        l.response_rule_version as rule_version
    from fct_cases f
    join dim_classes k on k.class_no = f.class_no
    left join dim_limits l on l.limits_no = f.limits_no
    where k.severity = 'urgent'
),
clocked as (
    select u.*, d0.day_no as created_no,
        d0.day_s + extract(hour from u.created_at) * 3600 + extract(minute from u.created_at) * 60
            + cast(extract(second from u.created_at) as bigint) as created_s,
        d1.day_no as response_no,
        d1.day_s + extract(hour from u.response_at) * 3600 + extract(minute from u.response_at) * 60
            + cast(extract(second from u.response_at) as bigint) as response_s
    from urgent u
    left join calendar_days d0 on d0.day = cast(u.created_at as date)
    left join calendar_days d1 on d1.day = cast(u.response_at as date)
),
judged as (
    select c.*, case when response_at is not null then greatest(0, response_s - created_s) end as took_s,
        case when limit_s is not null then created_at + limit_s * interval '1' second
            else cast(created_at as date) + (limit_days + 1) * interval '1' day end as due_at,
        case when limit_s is not null then cast(created_at + limit_s * interval '1' second as date)
            else cast(cast(created_at as date) + limit_days * interval '1' day as date) end as due_on,
        coalesce(case when limit_s is not null then response_s - created_s <= limit_s
            else response_no <= created_no + limit_days end, false) as met,
        case when known_reason <> 'paused' then known_reason end as reason
    from clocked c
)
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    f.created_at as event_at,
    coalesce(f.due_on, cast(f.created_at as date)) as anchor_on,
    coalesce(f.due_on, cast(f.created_at as date)) as mature_on,
    cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, f.kind, f.severity, f.category,
    case when f.reason is null then cast(case when f.met then 1 else 0 end as bigint) end as num,
    case when f.reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.reason as excluded_reason,
    f.due_at, f.response_at as done_at, cast(f.took_s as bigint) as took_calendar_s, f.rule_version,
    a.owner_no, f.class_no
from judged f
join dim_accounts a on a.account_no = f.account_no
cross join run_info r
where f.reason is not null or f.due_at <= r.as_of
