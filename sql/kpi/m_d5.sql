-- about: one row per complaint; under the subject of the case
-- id: D5
-- of: D5
-- main: yes
-- name_zh: 重复投诉率
-- name_en: Repeat complaints
-- family: complaints
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: down
-- anchor_zh: 投诉创建日
-- anchor_en: day of the complaint
-- maturity_days: 1
-- min_n: 10
-- adjust: tier, kind, severity
-- needs: cases.kind, cases.created_at, cases.category
-- formula_zh: 此前规定天数（建议 30 个自然日）内同一客户、同一类别已有投诉的投诉 ÷ 当期有效投诉。先去除合并和重复的；没有类别的视为同一类别。责任人为创建时的客户经理。
-- formula_en: Complaints whose customer had complained about the same category within a set number of days before
--   (proposed: 30 calendar days) / valid complaints created in the period. Merged and duplicate ones are taken out first;
--   those without a category are of one category. Accountable is the owner at creation.
-- excluded_zh: 已合并、重复、无效、测试、客户经理自行发起的工单；24 小时内由第二人改派为非投诉的咨询；天数未配置。
-- excluded_en: Merged, duplicate, invalid, test and manager-initiated cases; enquiries that a second person recoded within
--   24 hours; without a configured number of days.
-- source: S0《首席客户经理服务实施细则》三(四)2：「确保投诉处理闭环」
with complaints as (
    select f.subject_id, f.class_no, f.account_no, f.created_at, k.kind, k.severity, k.category, b.days_since, p.value as window_days,
        case when f.excluded_reason is not null then f.excluded_reason
            when f.recoded then 'recoded'
            when p.value is null then 'rule_unset' end as reason
    from fct_cases f
    join dim_classes k on k.class_no = f.class_no
    left join fct_repeat_complaints b on b.subject_id = f.subject_id
    left join rule_params p on p.name = 'repeat_complaint_days' and p.valid_from <= cast(f.created_at as date)
        and cast(f.created_at as date) < p.valid_to
    where k.kind = 'complaint'
)
select
    f.subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
    f.created_at as event_at, cast(f.created_at as date) as anchor_on, cast(f.created_at as date) as mature_on,
    cast(f.created_at as date) as original_on,
    a.customer_id, a.manager_id, a.unassigned_reason, a.team, a.region, a.tier, f.kind, f.severity, f.category,
    case when f.reason is null then cast(case when f.days_since <= f.window_days then 1 else 0 end as bigint) end as num,
    case when f.reason is null then cast(1 as bigint) end as den,
    cast(null as bigint) as value,
    f.reason as excluded_reason,
    a.owner_no, f.class_no
from complaints f
join dim_accounts a on a.account_no = f.account_no
