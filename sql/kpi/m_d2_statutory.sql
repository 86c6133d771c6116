-- about: one row per complaint whose statutory days are over, and per complaint that counts nowhere; under the subject of
--   the case
-- id: D2.statutory
-- of: D2
-- main: no
-- name_zh: 投诉法定时限答复率（15 日）
-- name_en: Complaints answered within the statutory 15 days
-- family: complaints
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 法定期限的最后一日
-- anchor_en: last of the statutory days
-- maturity_days: 7
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.kind, cases.created_at, cases.resolved_at
-- formula_zh: 受理之日起法定天数（15 个自然日，受理当日不计）内答复的投诉 ÷ 法定期限在当期届满的投诉。答复以有效解决为准，不扣除任何等待；未在法定期限内答复属红线。责任人为法定期限与解决两者中较早之时的客户经理。
-- formula_en: Complaints answered within the statutory number of calendar days (15, the day of receipt not counted) /
--   complaints whose statutory days ended in the period. The answer is the resolve that stands and no waiting is taken
--   off; a complaint that was not answered by then is a red-line event. Accountable is the owner at the earlier of the
--   statutory deadline and the resolve.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单；24 小时内由第二人改派为非投诉的咨询；天数未配置。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; enquiries that a second person recoded within
--   24 hours; without a configured number of days.
-- deadline: due_on, done_at
-- details: due_on, done_at
-- source: 本系统建议；S0《首席客户经理服务实施细则》三(四)2：「对于客户投诉,应立即响应,承诺解决时限,并主动向客户反馈处理进展」
with complaints as (
    select f.subject_id, f.class_no, f.account_no, f.created_at, f.resolved_at, k.kind, k.severity, k.category,
        case when f.excluded_reason is not null then f.excluded_reason
            when f.recoded then 'recoded'
            when f.window_unset or p.value is null then 'rule_unset' end as reason,
        cast(cast(f.created_at as date) + p.value * interval '1' day as date) as due_on
    from fct_cases f
    join dim_classes k on k.class_no = f.class_no
    left join rule_params p on p.name = 'complaint_statutory_days' and p.valid_from <= cast(f.created_at as date)
        and cast(f.created_at as date) < p.valid_to
    where k.kind = 'complaint'
),
owed as (
    select c.*, case when c.resolved_at is null or c.due_on < cast(c.resolved_at as date) then coalesce(c.due_on, cast(c.created_at as date))
        else cast(c.resolved_at as date) end as accountable_on
    from complaints c
),
handed as (
    select o.*, case when a.valid_to <= o.accountable_on then a.customer_no end as next_customer_no
    from owed o
    join dim_accounts a on a.account_no = o.account_no
)
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    cast(f.accountable_on as timestamp) as event_at,
    coalesce(f.due_on, cast(f.created_at as date)) as anchor_on, coalesce(f.due_on, cast(f.created_at as date)) as mature_on,
    cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, f.kind, f.severity, f.category,
    case when f.reason is null then cast(case when cast(f.resolved_at as date) <= f.due_on then 1 else 0 end as bigint) end as num,
    case when f.reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.reason as excluded_reason,
    f.due_on, f.resolved_at as done_at,
    a.owner_no, f.class_no
from handed f
left join dim_accounts n on n.customer_no = f.next_customer_no and n.valid_from <= f.accountable_on and f.accountable_on < n.valid_to
join dim_accounts a on a.account_no = coalesce(n.account_no, f.account_no)
cross join run_info r
where f.reason is not null or f.due_on < r.as_of_on
