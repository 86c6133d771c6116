-- about: one row per case that was answered
-- id: B2.calendar
-- of: B2
-- main: no
-- name_zh: 首次响应时长（自然时间）
-- name_en: Time to first response (calendar time)
-- family: response
-- kind: duration
-- over_time: sum
-- unit: seconds
-- direction: down
-- anchor_zh: 首次响应时间
-- anchor_en: time of the first response
-- min_n: 10
-- needs: cases.created_at, cases.first_response_at
-- formula_zh: 当期作出首次响应的工单，从创建到首次响应的自然时间的中位数和第 90 百分位数（不插值），扣除其间等待客户的时间；早于创建的记为 0。未响应的工单不计入，在 B1 中计为未及时。责任人为创建时的客户经理。
-- formula_en: Median and 90th percentile (not interpolated) of the calendar time from creation to the first response,
--   over cases answered in the period, less waiting for the customer; before the creation counts as 0. Unanswered cases
--   are not in it, they are misses of B1. Accountable is the owner at creation.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单、系统发起、人工介入前自助解决的工单。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases, cases raised by a system, or solved by
--   self-service before a person could act.
-- details: due_at, done_at, took_s, rule_version
-- source: S3《项目客户服务管理操作规范及细则》客户咨询与需求确认1：「客户服务专员在接到客户咨询后,应在[X]分钟内做出响应,及时与客户取得联系」
with answered as (
    select f.*,
        case when f.response_excluded in ('rule_unset', 'paused') then null else f.response_excluded end as reason
    from fct_cases f
    where f.response_at is not null
)
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    f.created_at as event_at,
    cast(f.response_at as date) as anchor_on,
    cast(f.response_at as date) as mature_on,
    cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, k.kind, k.severity, k.category,
    case when f.reason is null then cast(f.response_calendar_s as bigint) end as num,
    case when f.reason is null then cast(1 as bigint) end as den,
    case when f.reason is null then cast(f.response_calendar_s as bigint) end as value,
    f.reason as excluded_reason,
    f.response_due_at as due_at, f.response_at as done_at, cast(f.response_calendar_s as bigint) as took_s,
    l.response_rule_version as rule_version,
    a.owner_no, f.class_no
from answered f
join dim_accounts a on a.account_no = f.account_no
join dim_classes k on k.class_no = f.class_no
left join dim_limits l on l.limits_no = f.limits_no
